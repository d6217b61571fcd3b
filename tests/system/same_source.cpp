// SPDX-License-Identifier: GPL-2.0-only
// same_source DIRECTORY: a program for Linux's file calls, without a word of AnT's. It is built for
// both systems, and prints the same on both (test_programs.py).
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>
#include <vector>

namespace {

std::string directory; // AnT's processes have no current one

class In {
public:
    explicit In(const std::string& name)
        : path_(name.empty() || name[0] == '/' ? name : directory + '/' + name) {}
    operator const char*() const { return path_.c_str(); }

private:
    std::string path_;
};

void tell(const char* what, long long result) {
    printf("%s: %lld %s\n", what, result, result < 0 ? strerror(errno) : "");
}

const char* kind(mode_t mode) {
    return S_ISREG(mode)    ? "file"
           : S_ISDIR(mode)  ? "directory"
           : S_ISLNK(mode)  ? "link"
           : S_ISCHR(mode)  ? "character device"
           : S_ISBLK(mode)  ? "block device"
           : S_ISFIFO(mode) ? "FIFO"
           : S_ISSOCK(mode) ? "socket"
                            : "?";
}

void tell_status(const char* what, int result, const struct stat& s) {
    tell(what, result);
    if (result == 0)
        printf("  %s %o links %u size %lld blocks of %ld, changed %lld.%09ld\n", kind(s.st_mode),
               static_cast<unsigned>(s.st_mode & 07777), static_cast<unsigned>(s.st_nlink),
               static_cast<long long>(S_ISDIR(s.st_mode) ? 0 : s.st_size),
               static_cast<long>(s.st_blksize), static_cast<long long>(s.st_mtim.tv_sec),
               static_cast<long>(s.st_mtim.tv_nsec));
}

constexpr timespec then[2] = {{1'000'000'000, 1}, {1'700'000'000, 123'456'789}};

void test_open() {
    constexpr int flags[] = {0,
                             O_CLOEXEC,
                             O_NONBLOCK,
                             O_NOFOLLOW,
                             O_SYNC,
                             O_DSYNC,
                             O_DIRECTORY,
                             O_APPEND,
                             O_TRUNC,
                             O_CREAT,
                             O_NOATIME,
                             O_NOCTTY,
                             O_CREAT | O_EXCL,
                             O_PATH,
                             O_LARGEFILE,
                             O_DIRECTORY | O_PATH};
    for (const char* path : {"open", "open-link", "nothing", ".", "open/below"})
        for (const int flag : flags)
            for (const int mode : {O_RDONLY, O_WRONLY, O_RDWR}) {
                close(open(In("open"), O_CREAT | O_RDWR | O_TRUNC, 0644));
                static_cast<void>(symlink("open", In("open-link")));
                const int file = open(In(path), flag | mode, 0600);
                printf("open %s %o: %s\n", path,
                       static_cast<unsigned>((flag | mode) & ~O_LARGEFILE),
                       file < 0 ? strerror(errno) : "");
                char byte = 0;
                if (file >= 0) {
                    tell("  read", read(file, &byte, 1));
                    tell("  write", write(file, "x", 1));
                    tell("  close", close(file));
                }
                unlink(In("open"));
                unlink(In("open-link"));
                unlink(In("nothing"));
            }
}

void test_places() {
    const int file = open(In("places"), O_RDWR | O_CREAT | O_TRUNC, 0644);
    tell("pwrite", pwrite(file, "far", 3, 1 << 20));
    tell("data", lseek(file, 0, SEEK_DATA));
    tell("hole", lseek(file, 0, SEEK_HOLE));
    tell("no data", lseek(file, 2 << 20, SEEK_DATA));
    tell("far away", lseek(file, 1LL << 40, SEEK_SET));
    tell("before the start", lseek(file, -1, SEEK_SET));
    tell("no place", lseek(file, 0, 77));
    tell("ftruncate", ftruncate(file, 10));
    tell("below 0", ftruncate(file, -1));
    char text[20] = {};
    tell("pread", pread(file, text, sizeof(text), 8));
    tell("nothing there", pread(file, text, sizeof(text), 100));
    tell("a bad place", pread(file, text, sizeof(text), -1));
    tell("fdatasync", fdatasync(file));
    tell("fsync", fsync(file));
    tell("close", close(file));
    tell("again", close(file));
    tell("pread of none", pread(file, text, 1, 0));
    tell("truncate", truncate(In("places"), 5));
    tell("of a directory", truncate(In("."), 5));
    tell("access", access(In("places"), R_OK | W_OK));
    tell("access of none", access(In("nothing"), F_OK));
}

void test_names() {
    struct stat s = {};
    close(open(In("file"), O_WRONLY | O_CREAT, 0644));
    tell("link", link(In("file"), In("second")));
    tell("link again", link(In("file"), In("second")));
    tell("symlink", symlink("file", In("soft")));
    tell("symlink again", symlink("file", In("soft")));
    tell("to nowhere", symlink("/no/where", In("dangling")));
    tell("to itself", symlink("loop", In("loop")));
    tell("to the empty name", symlink("", In("empty")));
    tell("futimens of none", futimens(99, then));
    tell("chmod", chmod(In("second"), 0711));
    tell("chmod of none", chmod(In("dangling"), 0711));
    tell("utimensat", utimensat(AT_FDCWD, In("file"), then, 0));
    tell("of the link", utimensat(AT_FDCWD, In("soft"), then, AT_SYMLINK_NOFOLLOW));
    tell("with a bad flag", utimensat(AT_FDCWD, In("file"), then, 0x40000000));
    for (const char* name :
         {"file", "second", "soft", "dangling", "loop", "nothing", "", "file/x", "."}) {
        int result = stat(In(name), &s);
        if (strcmp(name, ".") == 0)
            s.st_mtim = {};
        tell_status(name, result, s);
        result = lstat(In(name), &s);
        if (S_ISLNK(s.st_mode) || strcmp(name, ".") == 0)
            s.st_mtim = {};
        tell_status("  itself", result, s);
        char text[100] = {};
        tell("  readlink", readlink(In(name), text, sizeof(text)));
        printf("  %s\n", text);
    }
    char text[3] = {};
    tell("readlink, short", readlink(In("dangling"), text, 2));
    tell("readlink of nothing", readlink(In("dangling"), text, 0));
    const int file = open(In("file"), O_RDWR);
    tell("fchmod", fchmod(file, 0640));
    constexpr timespec half[2] = {{0, UTIME_OMIT}, {5, 7}};
    constexpr timespec bad[2] = {{0, 2'000'000'000}, {5, 7}};
    tell("futimens", futimens(file, half));
    tell_status("fstat", fstat(file, &s), s);
    tell("a bad time", futimens(file, bad));
    tell("now", futimens(file, nullptr));
    printf("now is %d\n", fstat(file, &s) == 0 && s.st_mtim.tv_sec > 5);
    tell("close", close(file));
    tell("mkdir", mkdir(In("directory"), 0700));
    tell("mkdir again", mkdir(In("directory"), 0700));
    tell("mkdir below nothing", mkdir(In("nothing/x"), 0700));
    tell("rename over a directory", rename(In("file"), In("directory")));
    tell("rename", rename(In("second"), In("directory/second")));
    tell("rename of none", rename(In("nothing"), In("something")));
    tell("rmdir, not empty", rmdir(In("directory")));
    tell("unlink of a directory", unlink(In("directory")));
    tell("rmdir of a file", rmdir(In("file")));
    std::string longest(NAME_MAX, 'n');
    tell("the longest name", mkdir(In(longest), 0700));
    tell("a longer one", mkdir(In(longest + 'n'), 0700));
    tell("the longest path", access(std::string(PATH_MAX - 1, '/').c_str(), F_OK));
    tell("a longer one", access(std::string(PATH_MAX, '/').c_str(), F_OK));
    std::set<std::string> names;
    if (DIR* const here = opendir(In(".")); here != nullptr) {
        while (const dirent* const entry = readdir(here))
            names.insert(entry->d_name);
        tell("closedir", closedir(here));
    }
    for (const std::string& name : names)
        puts(name.c_str());
    tell("opendir of a file", opendir(In("file")) == nullptr ? -1 : 0);
}

void test_direct() {
    constexpr size_t block = 4096;
    void* memory = nullptr;
    if (posix_memalign(&memory, block, 4 * block) != 0)
        return;
    char* const bytes = static_cast<char*>(memory);
    for (size_t i = 0; i < 4 * block; i++)
        bytes[i] = static_cast<char>(i * 7 + i / block);
    int file = open(In("direct"), O_RDWR | O_CREAT | O_TRUNC | O_DIRECT, 0644);
    tell("open O_DIRECT", file < 0 ? -1 : 0);
    if (file < 0)
        return;
    tell("write", write(file, bytes, 4 * block));
    tell("write at an odd place", pwrite(file, bytes, block, 17));
    tell("write an odd length", pwrite(file, bytes, 100, 0));
    memset(bytes, 0, 4 * block);
    tell("read", pread(file, bytes, 4 * block, 0));
    bool same = true;
    for (size_t i = 0; i < 4 * block; i++)
        same &= bytes[i] == static_cast<char>(i * 7 + i / block);
    printf("the same: %d\n", same);
    tell("read a sector", pread(file, bytes, 512, 512));
    tell("read an odd length", pread(file, bytes, 100, 0));
    tell("read at an odd place", pread(file, bytes, block, 17));
    tell("read at the end", pread(file, bytes, block, 4 * block));
    tell("read beyond it", pread(file, bytes, block, 8 * block));
    tell("close", close(file));
    free(memory);
}

void test_streams() {
    FILE* file = fopen(In("stream"), "w");
    tell("fputs", fputs("one two\nthree\n", file) >= 0 ? 0 : -1);
    tell("fprintf", fprintf(file, "%d %s %x", -5, "last", 255));
    tell("fclose", fclose(file));
    tell("no mode", fopen(In("stream"), "?") == nullptr ? -1 : 0);
    file = fopen(In("stream"), "r");
    char line[8];
    while (fgets(line, sizeof(line), file) != nullptr)
        printf("[%s]", line);
    printf(" end %d, error %d\n", feof(file) != 0, ferror(file) != 0);
    fclose(file);
    tell("no file", fopen(In("nothing"), "r") == nullptr ? -1 : 0);
    tell("remove", remove(In("stream")));
}

void test_text() {
    for (int c = -1; c < 256; c++)
        putchar('a' + (isspace(c) != 0) + 2 * (isalnum(c) != 0) + 4 * (ispunct(c) != 0) +
                8 * (isprint(c) != 0));
    putchar('\n');
    for (const char* text :
         {"", "0", "-17x", "+5", " \t9", "0x1f", "017", "99999999999", "-99999999999",
          "9223372036854775808", "-9223372036854775808", "0x", "zz", "-"}) {
        char* end = nullptr;
        errno = 0;
        const long long value = strtoll(text, &end, 0);
        printf("%s: %lld, %td, %d, %lld %d\n", text, value, end - text, errno,
               strtoll(text, nullptr, 36), atoi(std::string(text).substr(0, 9).c_str()));
    }
    char text[12];
    printf("%d %s %s\n", snprintf(text, sizeof(text), "%s-%05d", "number", 42), text,
           strrchr("a/b/c", '/'));
}

void test_containers() {
    std::map<std::string, int> sorted;
    std::unordered_map<std::string, int> hashed;
    std::vector<std::unique_ptr<int>> numbers;
    std::list<int> list;
    for (int i = 0; i < 1000; i++) {
        const std::string name = std::to_string(i * i % 97);
        sorted[name]++;
        hashed[name + name]++;
        numbers.push_back(std::make_unique<int>(i));
        list.push_front(i);
    }
    std::reverse(numbers.begin(), numbers.end());
    sorted.erase("0");
    printf("%zu %zu %d %d %d\n", sorted.size(), hashed.size(), hashed.at("11"), *numbers[1],
           list.back());
    struct alignas(128) Wide {
        char bytes[128];
    };
    std::vector<Wide> wide(3);
    printf("%zu\n", reinterpret_cast<size_t>(wide.data()) % alignof(Wide));
}

// Made before main(), and destroyed behind it.
struct Global {
    std::string name = "global";
    ~Global() { printf("%s ends\n", name.c_str()); }
} global;

} // namespace

int main(int argc, char** argv) {
    if (argc != 2)
        return 2;
    directory = argv[1];
    atexit([] { puts("atexit"); });
    test_open();
    test_places();
    test_names();
    test_direct();
    test_streams();
    test_text();
    test_containers();
    return 0;
}
