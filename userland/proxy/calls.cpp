// SPDX-License-Identifier: GPL-2.0-only
// The table of system calls.
#include "userland/proxy/calls.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstring>

namespace antlinux {
namespace {

void convert_stat(const void* from_linux, void* to_ant) {
    struct stat from = {};
    std::memcpy(&from, from_linux, sizeof from);
    const antlinux_stat to{
        .dev = from.st_dev,
        .ino = from.st_ino,
        .mode = from.st_mode,
        .nlink = static_cast<antlinux_u32>(std::min<nlink_t>(from.st_nlink, UINT32_MAX)),
        .uid = from.st_uid,
        .gid = from.st_gid,
        .rdev = from.st_rdev,
        .size = static_cast<antlinux_u64>(from.st_size),
        .blksize = static_cast<antlinux_u64>(from.st_blksize),
        .blocks = static_cast<antlinux_u64>(from.st_blocks),
        .atime = from.st_atim.tv_sec,
        .mtime = from.st_mtim.tv_sec,
        .ctime = from.st_ctim.tv_sec,
        .atime_nsec = static_cast<antlinux_u32>(from.st_atim.tv_nsec),
        .mtime_nsec = static_cast<antlinux_u32>(from.st_mtim.tv_nsec),
        .ctime_nsec = static_cast<antlinux_u32>(from.st_ctim.tv_nsec),
        .reserved = 0,
    };
    std::memcpy(to_ant, &to, sizeof to);
}

constexpr Conversion stat_conversion{sizeof(struct stat), sizeof(antlinux_stat), convert_stat};
static_assert(stat_conversion.linux_size <= max_linux_structure);

using enum Argument::Kind;
constexpr Argument any{value};
constexpr Argument file{descriptor};
constexpr Argument name{path};
constexpr Argument optional_name{path, 0, nullptr, 0, true};
constexpr Argument file_status{structure, 0, &stat_conversion};
constexpr Argument from_buffer(std::uint8_t length_argument) { return {in, length_argument}; }
constexpr Argument from_structure(std::uint8_t bytes) { return {in, 0, nullptr, bytes, true}; }
constexpr Argument to_buffer(std::uint8_t length_argument) { return {out, length_argument}; }
constexpr std::int8_t opens = 1;
constexpr std::int8_t closes = -1;

// clang-format off
constexpr auto table = std::to_array<Call>({
    // The paper's null call: never reaches Linux's kernel (executor.cpp).
    {ANTLINUX_CALL_NULL, "null",       {}},
    {SYS_getpid,         "getpid",     {}},
    {SYS_open,           "open",       {name, any, any}, opens},
    {SYS_close,          "close",      {file}, closes},
    {SYS_read,           "read",       {file, to_buffer(2), any}},
    {SYS_write,          "write",      {file, from_buffer(2), any}},
    {SYS_stat,           "stat",       {name, file_status}},
    {SYS_lstat,          "lstat",      {name, file_status}},
    {SYS_fstat,          "fstat",      {file, file_status}},
    {SYS_lseek,          "lseek",      {file, any, any}},
    {SYS_getdents64,     "getdents64", {file, to_buffer(2), any}},
    {SYS_pread64,        "pread64",    {file, to_buffer(2), any, any}},
    {SYS_pwrite64,       "pwrite64",   {file, from_buffer(2), any, any}},
    {SYS_access,         "access",     {name, any}},
    {SYS_truncate,       "truncate",   {name, any}},
    {SYS_ftruncate,      "ftruncate",  {file, any}},
    {SYS_fsync,          "fsync",      {file}},
    {SYS_fdatasync,      "fdatasync",  {file}},
    {SYS_dup,            "dup",        {file}, opens},
    {SYS_rename,         "rename",     {name, name}},
    {SYS_link,           "link",       {name, name}},
    {SYS_unlink,         "unlink",     {name}},
    {SYS_symlink,        "symlink",    {name, name}}, // of the first one only the text is used
    {SYS_readlink,       "readlink",   {name, to_buffer(2), any}},
    {SYS_mkdir,          "mkdir",      {name, any}},
    {SYS_rmdir,          "rmdir",      {name}},
    {SYS_chmod,          "chmod",      {name, any}},
    {SYS_fchmod,         "fchmod",     {file, any}},
    {SYS_utimensat,      "utimensat",  {file, optional_name, from_structure(sizeof(timespec[2])), any}},
});
// clang-format on

static_assert(std::ranges::all_of(table, [](const Call& call) {
    return std::ranges::count(call.arguments, path, &Argument::kind) <= std::ptrdiff_t{max_paths};
}));

// Linux's numbers are small and dense: where in `table` each one stands, 0 being none
// (entry 0 is the null call, whose number lies outside Linux's).
//
// Not const, though nobody writes to it: constants are in the program's file, whose pages each new
// process gets by page faults; fork() gives it the mapped pages of the data.
constexpr std::size_t linux_numbers = 512;
constinit auto positions = [] {
    std::array<std::uint8_t, linux_numbers> result{};
    for (std::size_t i = 1; i < table.size(); ++i)
        result.at(table[i].number) = static_cast<std::uint8_t>(i);
    return result;
}();

} // namespace

std::span<const Call> calls() { return table; }

const Call* find_call(std::uint32_t number) {
    if (number == ANTLINUX_CALL_NULL)
        return table.data();
    if (number >= linux_numbers || positions[number] == 0)
        return nullptr;
    return &table[positions[number]];
}

std::string call_name(std::uint32_t number) {
    const Call* call = find_call(number);
    return call != nullptr ? std::string(call->name) : std::to_string(number);
}

} // namespace antlinux
