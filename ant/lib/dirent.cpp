// SPDX-License-Identifier: GPL-2.0-only
// Directories; see dirent.h.
#include <ant/lib/dirent.h>
#include <ant/lib/errno.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/unistd.h>
#include <cstddef>

namespace ant {

/// Lies in the ICA as a whole, so that Linux fills the buffer directly.
struct Directory {
    static constexpr size_t buffer_bytes = 32 * 1024 - 64;

    int descriptor;
    size_t position; // of the next entry in the buffer
    size_t filled;   // bytes
    alignas(8) std::byte buffer[buffer_bytes];
};

Directory* opendir(const char* path) {
    const int descriptor = open(path, O_RDONLY | O_DIRECTORY);
    if (descriptor < 0)
        return nullptr;
    void* area = ica_alloc(sizeof(Directory));
    if (area == nullptr) {
        const int error = last_error;
        close(descriptor);
        last_error = error;
        return nullptr;
    }
    auto* directory = static_cast<Directory*>(area); // ICA memory comes zeroed
    directory->descriptor = descriptor;
    return directory;
}

const DirectoryEntry* readdir(Directory* directory, int& error) {
    error = 0;
    if (directory->position == directory->filled) {
        const ssize_t count =
            getdents64(directory->descriptor, directory->buffer, Directory::buffer_bytes);
        if (count <= 0) {
            error = count < 0 ? last_error : 0;
            return nullptr;
        }
        directory->position = 0;
        directory->filled = static_cast<size_t>(count);
    }
    void* place = directory->buffer + directory->position;
    const auto* entry = static_cast<const DirectoryEntry*>(place);
    const size_t left = directory->filled - directory->position;
    if (left <= offsetof(DirectoryEntry, name) || entry->length > left ||
        entry->length <= offsetof(DirectoryEntry, name)) {
        error = EIO; // not what Linux would send
        return nullptr;
    }
    directory->position += entry->length;
    return entry;
}

int closedir(Directory* directory) {
    const int result = close(directory->descriptor);
    ica_free(directory);
    return result;
}

} // namespace ant
