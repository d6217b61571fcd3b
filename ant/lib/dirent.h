// SPDX-License-Identifier: GPL-2.0-only
// Reading a Linux directory, POSIX style, on getdents64.
#ifndef ANT_LIB_DIRENT_H
#define ANT_LIB_DIRENT_H

#include <cstdint>

namespace ant {

struct Directory; ///< POSIX's DIR

/// What an entry may be, as Linux tells it (man 3 readdir, d_type).
enum class EntryType : uint8_t {
    unknown = 0, ///< the file system does not say: stat() does
    fifo = 1,
    character_device = 2,
    directory = 4,
    block_device = 6,
    regular = 8,
    symbolic_link = 10,
    socket = 12,
};

/// One entry: Linux's struct linux_dirent64 (man 2 getdents64), which has the same
/// layout for 32 and for 64 bits.
struct DirectoryEntry {
    uint64_t inode;
    int64_t next_offset;
    uint16_t length; // of this record in bytes, padding included
    EntryType type;
    char name[]; // ends with NUL
};

/// nullptr and last_error on failure.
[[nodiscard]] Directory* opendir(const char* path);

/// The next entry, valid until the next call. nullptr at the end, and on failure:
/// then `error` is its number, else 0.
[[nodiscard]] const DirectoryEntry* readdir(Directory* directory, int& error);

int closedir(Directory* directory);

} // namespace ant

#endif
