// SPDX-License-Identifier: GPL-2.0-only
// Calls with their arguments from the command line; see steps.h.
#include "steps.h"

#include <ant/lib/dirent.h>
#include <ant/lib/errno.h>
#include <ant/lib/process.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

namespace ant {

struct StepRunner::Kind {
    std::string_view name;
    size_t least, most; // words, the name included
    bool (StepRunner::*function)(Words);
    size_t length_word; // which word is the length of the buffer; 0: none
};

constexpr StepRunner::Kind StepRunner::kinds[] = {
    {"open", 3, 4, &StepRunner::step_open, 0},
    {"close", 2, 2, &StepRunner::step_close, 0},
    {"read", 3, 3, &StepRunner::step_read, 2},
    {"write", 4, 4, &StepRunner::step_write, 2},
    {"lseek", 4, 4, &StepRunner::step_lseek, 0},
    {"stat", 2, 2, &StepRunner::step_stat, 0},
    {"fstat", 2, 2, &StepRunner::step_fstat, 0},
    {"getdents", 3, 3, &StepRunner::step_getdents, 2},
    {"getpid", 1, 1, &StepRunner::step_getpid, 0},
    {"null", 1, 1, &StepRunner::step_null, 0},
    {"sleep", 2, 2, &StepRunner::step_sleep, 0},
    {"raw", 2, 8, &StepRunner::step_raw, 0},
    {"badlca", 2, 2, &StepRunner::step_badlca, 0},
};

namespace {

/// "r", "w" or "rw", then c(reate), t(runcate), a(ppend), x (exclusive), d(irectory), D(irect).
bool parse_flags(std::string_view text, int& flags) {
    if (text.starts_with("rw")) {
        flags = O_RDWR;
        text.remove_prefix(2);
    } else if (text.starts_with('r') || text.starts_with('w')) {
        flags = text[0] == 'r' ? O_RDONLY : O_WRONLY;
        text.remove_prefix(1);
    } else {
        return false;
    }
    for (const char c : text) {
        switch (c) {
        case 'c':
            flags |= O_CREAT;
            break;
        case 't':
            flags |= O_TRUNC;
            break;
        case 'a':
            flags |= O_APPEND;
            break;
        case 'x':
            flags |= O_EXCL;
            break;
        case 'd':
            flags |= O_DIRECTORY;
            break;
        case 'D':
            flags |= O_DIRECT;
            break;
        default:
            return false;
        }
    }
    return true;
}

bool parse_octal(std::string_view text, unsigned& value) {
    value = 0;
    for (const char c : text) {
        if (c < '0' || c > '7' || value > 07777)
            return false;
        value = value * 8 + static_cast<unsigned>(c - '0');
    }
    return !text.empty();
}

bool parse_size(const char* word, size_t& value) {
    uint64_t number = 0;
    if (!parse_number(word, number) || number > SIZE_MAX)
        return false;
    value = static_cast<size_t>(number);
    return true;
}

bool parse_whence(std::string_view text, int& whence) {
    int64_t number = 0;
    if (text == "set")
        whence = SEEK_SET;
    else if (text == "cur")
        whence = SEEK_CUR;
    else if (text == "end")
        whence = SEEK_END;
    else if (parse_number(text, number) && number >= INT32_MIN && number <= INT32_MAX)
        whence = static_cast<int>(number);
    else
        return false;
    return true;
}

} // namespace

uint64_t StepRunner::buffer_length(Words step) {
    if (!step.empty() && std::string_view(step[0]) == "end")
        step = step.subspan(1);
    uint64_t length = 0;
    for (const Kind& kind : kinds)
        if (!step.empty() && kind.name == step[0] && kind.length_word > 0 &&
            kind.length_word < step.size() && !parse_number(step[kind.length_word], length))
            length = 0; // run() will say that it is no number
    return length;
}

bool StepRunner::run(Words step) {
    const bool end = !step.empty() && std::string_view(step[0]) == "end";
    if (end)
        step = step.subspan(1);
    files_.set_continue(end ? Continue::off : Continue::on);
    for (const Kind& kind : kinds) {
        if (step.empty() || kind.name != step[0])
            continue;
        if (step.size() < kind.least || step.size() > kind.most)
            break;
        print("%s ", step[0]);
        const bool good = (this->*kind.function)(step);
        print(good ? "\n" : " wrong arguments or broken guards\n");
        return good;
    }
    print("%s: not a step, or not its number of arguments\n", step.empty() ? "" : step[0]);
    return false;
}

void StepRunner::print(const char* format, ...) {
    va_list arguments{};
    va_start(arguments, format);
    vformat(output_, format, arguments);
    va_end(arguments);
}

void StepRunner::print_result(int64_t retval) {
    print("retval=%" PRId64, retval);
    if (retval < 0)
        print(" errno=%s", error_name(static_cast<int>(-retval)));
}

bool StepRunner::descriptor(const char* word, int& value) const {
    int64_t number = 0;
    if (std::string_view(word) == "@") {
        value = opened_;
        return true;
    }
    if (!parse_number(word, number) || number < INT32_MIN || number > INT32_MAX)
        return false;
    value = static_cast<int>(number);
    return true;
}

bool StepRunner::step_open(Words words) {
    int flags = 0;
    unsigned mode = 0644;
    if (!parse_flags(words[2], flags) || (words.size() > 3 && !parse_octal(words[3], mode)))
        return false;
    const int64_t retval = files_.open(words[1], flags, mode);
    if (retval >= 0)
        opened_ = static_cast<int>(retval);
    print_result(retval);
    return true;
}

bool StepRunner::step_close(Words words) {
    int file = 0;
    if (!descriptor(words[1], file))
        return false;
    print_result(files_.close(file));
    return true;
}

bool StepRunner::step_read(Words words) {
    int file = 0;
    size_t length = 0;
    if (!descriptor(words[1], file) || !parse_size(words[2], length))
        return false;
    buffer_.clear();
    const int64_t retval = files_.read(file, buffer_.data(), length);
    print_result(retval);
    const auto count = static_cast<size_t>(retval < 0 ? 0 : retval);
    if (retval >= 0)
        print(" sha256=%s", buffer_.digest(count).data());
    return buffer_.guards_intact(count);
}

bool StepRunner::step_write(Words words) {
    int file = 0;
    size_t length = 0;
    uint64_t seed = 0;
    if (!descriptor(words[1], file) || !parse_size(words[2], length) ||
        !parse_number(words[3], seed))
        return false;
    buffer_.clear();
    buffer_.fill_pattern(length, static_cast<unsigned>(seed));
    const int64_t retval = files_.write(file, buffer_.data(), length);
    print_result(retval);
    if (retval >= 0)
        print(" sha256=%s", buffer_.digest(static_cast<size_t>(retval)).data());
    return buffer_.guards_intact(length);
}

bool StepRunner::step_lseek(Words words) {
    int file = 0;
    int whence = 0;
    int64_t offset = 0;
    if (!descriptor(words[1], file) || !parse_number(words[2], offset) ||
        !parse_whence(words[3], whence))
        return false;
    print_result(files_.lseek(file, offset, whence));
    return true;
}

void StepRunner::print_stat(int64_t retval, const antlinux_stat& s) {
    print_result(retval);
    if (retval < 0)
        return;
    print(" dev=%" PRIu64 " ino=%" PRIu64 " mode=%o nlink=%u uid=%u gid=%u rdev=%" PRIu64, s.dev,
          s.ino, s.mode, s.nlink, s.uid, s.gid, s.rdev);
    print(" size=%" PRIu64 " blksize=%" PRIu64 " blocks=%" PRIu64, s.size, s.blksize, s.blocks);
    print(" atime=%" PRId64 ".%09u mtime=%" PRId64 ".%09u ctime=%" PRId64 ".%09u", s.atime,
          s.atime_nsec, s.mtime, s.mtime_nsec, s.ctime, s.ctime_nsec);
}

bool StepRunner::step_stat(Words words) {
    antlinux_stat result = {};
    const int64_t retval = files_.stat(words[1], result);
    print_stat(retval, result);
    return true;
}

bool StepRunner::step_fstat(Words words) {
    int file = 0;
    if (!descriptor(words[1], file))
        return false;
    antlinux_stat result = {};
    const int64_t retval = files_.fstat(file, result);
    print_stat(retval, result);
    return true;
}

bool StepRunner::step_getdents(Words words) {
    int file = 0;
    size_t length = 0;
    if (!descriptor(words[1], file) || !parse_size(words[2], length))
        return false;
    buffer_.clear();
    const int64_t retval = files_.getdents64(file, buffer_.data(), length);
    print_result(retval);
    unsigned entries = 0;
    for (int64_t at = 0; at < retval; entries++) {
        uint16_t record = 0; // the buffer may start at any address: copy, do not cast
        memcpy(&record, buffer_.data() + at + offsetof(DirectoryEntry, length), sizeof(record));
        if (record == 0)
            return false;
        at += record;
    }
    if (retval >= 0)
        print(" entries=%u", entries);
    return buffer_.guards_intact(static_cast<size_t>(retval < 0 ? 0 : retval));
}

bool StepRunner::step_getpid(Words) {
    print_result(files_.getpid());
    return true;
}

bool StepRunner::step_sleep(Words words) {
    uint64_t milliseconds = 0;
    if (!parse_number(words[1], milliseconds) || milliseconds > UINT32_MAX)
        return false;
    print_result(sleep_ns(milliseconds * 1'000'000));
    return true;
}

bool StepRunner::step_null(Words) {
    print_result(files_.null());
    return true;
}

} // namespace ant
