// SPDX-License-Identifier: GPL-2.0-only
// One operation on files, as filetest makes it, prints it and reads it again.
#ifndef ANT_APPS_FILETEST_OPERATION_H
#define ANT_APPS_FILETEST_OPERATION_H

#include <ant/apps/common/random.h>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ant {

/// A name or two: "b", "a/b". The names are 1 .. names; 0 as directory is none.
struct FilePath {
    static constexpr uint8_t names = 5;

    uint8_t directory = 0;
    uint8_t name = 1;

    friend bool operator==(const FilePath&, const FilePath&) = default;
};

struct Operation {
    enum class Kind : uint8_t {
        // By an open file, except open.
        open,
        close,
        dup,
        read,
        write,
        pread,
        pwrite,
        lseek,
        ftruncate,
        fsync,
        fstat,
        // By a path.
        truncate,
        rename,
        unlink,
        mkdir,
        rmdir,
        stat,
        list,
    };
    static constexpr size_t kinds = size_t{18};
    /// Open files at most, by a number that is ours and not Linux's.
    static constexpr uint8_t slots = 6;
    static constexpr uint32_t max_misalignment = 63;

    Kind kind = Kind::close;
    uint8_t slot = 0;
    uint8_t other_slot = 0; // dup: the new one
    FilePath path;
    FilePath other_path; // rename: the new one
    uint32_t flags = 0;  // open: O_...; lseek: SEEK_...
    uint32_t length = 0; // of the data, or that a file gets
    int64_t offset = 0;
    uint32_t seed = 0;   // of the data written
    bool in_ica = false; // where the buffer lies, and so many bytes into it
    uint8_t misalignment = 0;

    friend bool operator==(const Operation&, const Operation&) = default;
};

/// The letters of a kind's fields in the order in which they are printed: s S slots, p P paths,
/// f open's flags, w lseek's whence, l length, o offset, d the data's seed, b the buffer.
[[nodiscard]] std::string_view fields_of(Operation::Kind kind);
[[nodiscard]] std::string_view name_of(Operation::Kind kind);

/// "pwrite 0 100 4096 7 ica+3" into the buffer, which has space for every operation.
constexpr size_t operation_text_bytes = 96;
std::string_view operation_text(const Operation& operation, std::span<char> buffer);

/// The other way; false: it is none. Words are separated by single spaces.
[[nodiscard]] bool parse_operation(std::string_view text, Operation& operation);

/// The same for a path: "a", "a/b".
std::string_view path_text(FilePath path, std::span<char> buffer);

/// The bytes that a write with this seed has from its `start`-th one on.
void fill_data(std::byte* to, size_t count, uint32_t seed, size_t start = 0);

} // namespace ant

#endif
