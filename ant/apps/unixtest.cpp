// SPDX-License-Identifier: GPL-2.0-only
// unixtest: do libant's functions answer as Unix's do? Bad pointers, the console's descriptors,
// symbolic links, on the real memory of a process.
#include <ant/abi/syscall.h>
#include <ant/apps/common/test_results.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

constexpr const char* file_path = "/etc/hostname";

// One of each kind of the program's memory.
constexpr char constant[16] = "constant";
constinit char variable[16] = "variable";
constinit char zero[16] = {};

bool fails(int64_t result, int error) { return result == -1 && last_error == error; }

char* at(uintptr_t address) { return reinterpret_cast<char*>(address); }

void test_memory_that_may_be_used(TestResults& results) {
    char local[16];
    auto* heap = static_cast<char*>(malloc(size_t{1} << 20));
    auto* ica = static_cast<char*>(ica_alloc(4096));
    const int file = ant::open(file_path, O_RDONLY);
    const auto reads = [file](char* place) { return ant::pread(file, place, 1, 0) == 1; };
    results.check(reads(local), "read into the stack");
    results.check(reads(at(ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE)), "read into its last page");
    results.check(reads(variable) && reads(zero), "read into variables");
    results.check(reads(heap) && reads(heap + (size_t{1} << 20) - 1), "read into the heap");
    results.check(reads(ica), "read into the ICA");
    strlcpy(ica, file_path, 4096);
    results.check(ant::access(ica, F_OK) == 0, "a path in the ICA");
    antlinux_stat status = {};
    results.check(ant::stat(ica, &status) == 0 && ant::fstat(file, &status) == 0, "stat");
    results.check(ant::write(file, constant, 1) == -1 && last_error == EBADF, "write a constant");
    ant::close(file);
    ica_free(ica);
    free(heap);
}

void test_memory_that_may_not(TestResults& results) {
    const int file = ant::open(file_path, O_RDONLY);
    const int sink = ant::open("/tmp/unixtest", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    struct {
        char* place;
        bool may_be_read;
        const char* what;
    } const bad[] = {
        {nullptr, false, "nullptr"},
        {at(0x1000), false, "a low address"},
        {at(ANT_USER_BASE), true, "code"},
        {const_cast<char*>(constant), true, "a constant"},
        {at(ANT_USER_HEAP + 0x0800'0000), false, "behind the heap"},
        {at(ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE - 4096), false, "below the stack"},
        {at(ANT_USER_STACK_TOP), false, "above the stack"},
        {at(0x4040'0000), false, "the kernel"},
    };
    for (const auto& each : bad) {
        results.check(fails(ant::read(file, each.place, 8), EFAULT) &&
                          fails(ant::pread(file, each.place, 8, 0), EFAULT),
                      each.what);
        auto* status = reinterpret_cast<antlinux_stat*>(each.place);
        results.check(fails(ant::stat(file_path, status), EFAULT) &&
                          fails(ant::fstat(file, status), EFAULT),
                      "as a result of stat");
        if (each.may_be_read)
            continue;
        results.check(fails(ant::write(sink, each.place, 8), EFAULT), "written from");
        results.check(fails(ant::open(each.place, O_RDONLY), EFAULT) &&
                          fails(ant::rename("/tmp/unixtest", each.place), EFAULT),
                      "as a path");
        results.check(fails(ant::write(standard_output, each.place, 8), EFAULT), "on the console");
    }
    results.check(ant::lseek(file, 0, SEEK_CUR) == 0, "nothing was read");
    ant::close(sink);
    ant::close(file);
    results.check(ant::unlink("/tmp/unixtest") == 0, "nothing was renamed");
}

void test_descriptors(TestResults& results) {
    antlinux_stat status = {};
    for (const int descriptor : {standard_input, standard_output, standard_error})
        results.check(ant::fstat(descriptor, &status) == 0 && (status.mode & S_IFMT) == S_IFCHR,
                      "the console is a character device");
    const int copy = ant::dup(standard_output);
    results.check(copy == 3, "dup(1) is the lowest number that is free");
    const int file = ant::open(file_path, O_RDONLY);
    results.check(file == 4, "then open()");
    results.check(ant::write(copy, nullptr, 0) == 0 && ant::fstat(copy, &status) == 0 &&
                      (status.mode & S_IFMT) == S_IFCHR,
                  "a copy is the console");
    const bool closed = ant::close(standard_output) == 0;
    const bool is_closed = fails(ant::write(standard_output, "x", 1), EBADF) &&
                           fails(ant::close(standard_output), EBADF);
    const int in_its_place = ant::open("/tmp/unixtest", O_RDWR | O_CREAT | O_TRUNC, 0600);
    const bool printed = ant::printf("redirected") == 10;
    char text[16] = {};
    const bool arrived = ant::pread(in_its_place, text, sizeof(text), 0) == 10 &&
                         std::string_view(text) == "redirected";
    const bool closed_again = ant::close(in_its_place) == 0;
    const int back = ant::dup(copy);
    results.check(closed && is_closed, "close(1)");
    results.check(in_its_place == standard_output, "open() gets its number");
    results.check(printed && arrived && closed_again, "and what is printed");
    results.check(back == standard_output, "dup() brings the console back");
    results.check(ant::close(copy) == 0 && ant::close(file) == 0, "all are closed");
    results.check(fails(ant::write(copy, "x", 1), EBADF), "a closed copy is none");
    static_cast<void>(ant::unlink("/tmp/unixtest"));
}

void test_links(TestResults& results) {
    constexpr const char* link = "/bin/ls"; // of busybox
    antlinux_stat itself = {};
    antlinux_stat target = {};
    results.check(ant::lstat(link, &itself) == 0 && (itself.mode & S_IFMT) == S_IFLNK, "lstat");
    results.check(ant::stat(link, &target) == 0 && (target.mode & S_IFMT) == S_IFREG, "stat");
    char text[32] = {};
    const auto length = ant::readlink(link, text, sizeof(text) - 1);
    results.check(length > 0 && std::string_view(text).ends_with("busybox"), "readlink");
    results.check(fails(ant::readlink(file_path, text, sizeof(text)), EINVAL), "of a file");
}

} // namespace

int main() {
    TestResults results;
    test_memory_that_may_be_used(results);
    test_memory_that_may_not(results);
    test_descriptors(results);
    test_links(results);
    return results.status();
}
