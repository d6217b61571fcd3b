// SPDX-License-Identifier: GPL-2.0-only
// stat: what Linux's lstat() says of a file, or with -L stat(), as "name: value" lines; or what the
// format of -c asks for.
#include <ant/apps/common/file_text.h>
#include <ant/apps/common/output.h>
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

void print_all(const char* path, const antlinux_stat& s) {
    ant::printf("file: %s\ntype: %s\nsize: %" PRIu64 "\nblocks: %" PRIu64 "\nblksize: %" PRIu64
                "\n",
                path, type_name(s.mode), s.size, s.blocks, s.blksize);
    ant::printf("mode: %o\nnlink: %u\nuid: %u\ngid: %u\ndev: %" PRIu64 "\nino: %" PRIu64
                "\nrdev: %" PRIu64 "\n",
                s.mode, s.nlink, s.uid, s.gid, s.dev, s.ino, s.rdev);
    ant::printf("atime: %" PRId64 ".%09u\nmtime: %" PRId64 ".%09u\nctime: %" PRId64 ".%09u\n",
                s.atime, s.atime_nsec, s.mtime, s.mtime_nsec, s.ctime, s.ctime_nsec);
}

void print_date(Sink& sink, int64_t seconds, uint32_t nanoseconds) {
    const CivilTime time = civil_time(seconds);
    format(sink, "%04" PRId64 "-%02u-%02u %02u:%02u:%02u.%09u +0000", time.year, time.month,
           time.day, time.hour, time.minute, time.second, nanoseconds);
}

constinit OwnerNames users(OwnerNames::users);
constinit OwnerNames groups(OwnerNames::groups);

/// One letter of the format, as coreutils have them. False: it is none.
bool print_field(Sink& sink, char letter, const char* path, const antlinux_stat& s) {
    const struct {
        char letter;
        const char* how;
        uint64_t value;
    } numbers[] = {
        {'a', "%" PRIo64, s.mode & 07777u},
        {'b', "%" PRIu64, s.blocks},
        {'B', "%" PRIu64, 512},
        {'d', "%" PRIu64, s.dev},
        {'f', "%" PRIx64, s.mode},
        {'g', "%" PRIu64, s.gid},
        {'h', "%" PRIu64, s.nlink},
        {'i', "%" PRIu64, s.ino},
        {'o', "%" PRIu64, s.blksize},
        {'s', "%" PRIu64, s.size},
        {'u', "%" PRIu64, s.uid},
        {'t', "%" PRIx64, device_major(s.rdev)},
        {'T', "%" PRIx64, device_minor(s.rdev)},
    };
    const struct {
        char date, since_1970;
        int64_t seconds;
        uint32_t nanoseconds;
    } times[] = {{'x', 'X', s.atime, s.atime_nsec},
                 {'y', 'Y', s.mtime, s.mtime_nsec},
                 {'z', 'Z', s.ctime, s.ctime_nsec}};
    for (const auto& number : numbers)
        if (number.letter == letter)
            return format(sink, number.how, number.value), true;
    for (const auto& time : times) {
        if (time.date == letter)
            return print_date(sink, time.seconds, time.nanoseconds), true;
        if (time.since_1970 == letter)
            return format(sink, "%" PRId64, time.seconds), true;
    }
    const char* const text = letter == 'n'   ? path
                             : letter == 'F' ? type_name(s.mode)
                             : letter == 'U' ? users.of(s.uid)
                             : letter == 'G' ? groups.of(s.gid)
                             : letter == '%' ? "%"
                                             : nullptr;
    if (text != nullptr)
        return sink.write(text), true;
    if (letter == 'A')
        return sink.write(mode_text(s.mode).data()), true;
    return false;
}

void print_as(const char* text, const char* path, const antlinux_stat& s) {
    Output output;
    for (; *text != '\0'; text++) {
        if (*text == '%' && text[1] != '\0' && print_field(output, text[1], path, s))
            text++;
        else
            output.write({text, 1});
    }
    output.write("\n");
    output.flush();
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"stat", "L c:FORMAT", "FILE..."});
    if (line.is_over())
        return line.status();
    int status = 0;
    for (const char* path : line.operands()) {
        antlinux_stat s = {};
        if ((line.has('L') ? ant::stat(path, &s) : ant::lstat(path, &s)) != 0)
            status = report("stat", "cannot stat", path);
        else if (line.has('c'))
            print_as(line.value_of('c'), path, s);
        else
            print_all(path, s);
    }
    return status;
}
