// SPDX-License-Identifier: GPL-2.0-only
// What a file system must answer: a small one in memory, with Linux's rules and errnos.
#ifndef ANT_APPS_FILETEST_MODEL_H
#define ANT_APPS_FILETEST_MODEL_H

#include "operation.h"

namespace ant {

/// What an operation must bring: its result or minus an errno, and for a read the data.
struct Expected {
    int64_t result = 0;
    std::span<const std::byte> data = {};
};

class Model {
public:
    /// Longer than what libant moves by one call of Linux's (LinuxFiles::bounce_bytes).
    static constexpr uint32_t max_file_bytes = 320 * 1024;
    static constexpr size_t root = 0;
    static constexpr size_t nowhere = SIZE_MAX;

    /// `only_named`: it does not know open files that have lost their name, nor such that get
    /// another one with their directory (an old Linux looks for a file of another computer's by its
    /// path).
    explicit Model(bool only_named = false) : only_named_(only_named) { clear(); }
    ~Model();
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    /// An empty directory and no open file.
    void clear();

    /// Whether the operation is one whose outcome the model knows. Others are left out: a file
    /// beyond max_file_bytes, a slot that is in use opened once more, a full directory moved out of
    /// reach, what file systems answer differently about directories.
    [[nodiscard]] bool knows(const Operation& operation) const;

    /// Whether its descriptor is none, or one that may not be used so: EBADF.
    [[nodiscard]] bool refuses(const Operation& operation) const;

    /// Carries it out. False: no memory.
    [[nodiscard]] bool apply(const Operation& operation, Expected& expected);

    /// All open files are closed, as when the proxy ends.
    void close_all();
    [[nodiscard]] bool is_open(uint8_t slot) const { return slots_[slot] != closed; }

    // What there is, by nodes. Node `root` is the directory itself.
    /// The node of a path; nowhere: there is none.
    [[nodiscard]] size_t find(FilePath path) const;
    /// The node that a slot's file is; nowhere: the slot is closed.
    [[nodiscard]] size_t file_of(uint8_t slot) const;
    /// An entry of a directory, names from 1 on; nowhere: there is none.
    [[nodiscard]] size_t entry(size_t directory, uint8_t name) const;
    [[nodiscard]] bool is_directory(size_t node) const { return nodes_[node].directory; }
    [[nodiscard]] std::span<std::byte> content(size_t node) const {
        return {nodes_[node].data, nodes_[node].size};
    }
    /// Bit n: the directory has the name n.
    [[nodiscard]] int64_t names_in(size_t directory) const;
    /// Makes a file that long. False: no memory.
    [[nodiscard]] bool resize(size_t node, size_t size);
    /// Where a write would begin.
    [[nodiscard]] int64_t write_offset(const Operation& operation) const;

private:
    struct Node {
        bool used = false;
        bool directory = false;
        bool named = false;                        // in a directory
        uint8_t opened = 0;                        // by how many descriptions
        uint8_t entries[FilePath::names + 1] = {}; // node numbers; 0: none
        std::byte* data = nullptr;
        size_t size = 0;
        size_t capacity = 0;
    };
    /// An open file of Linux's, which several slots may share.
    struct Description {
        uint8_t slots = 0; // how many; 0: free
        uint8_t node = 0;
        uint32_t flags = 0;
        int64_t offset = 0;
    };
    static constexpr uint8_t closed = 0xff;
    // Every path, and files that are open and have no name any more.
    static constexpr size_t max_nodes =
        1 + FilePath::names * (FilePath::names + 1) + Operation::slots;

    /// The directory that a path's last name is in, or minus an errno.
    [[nodiscard]] int64_t parent_of(FilePath path) const;
    /// The node of a path, or minus an errno.
    [[nodiscard]] int64_t look_up(FilePath path) const;
    [[nodiscard]] bool is_empty(size_t directory) const { return names_in(directory) == 0; }
    /// In the directory; false for what is none.
    [[nodiscard]] bool has_open_files(size_t directory) const;
    size_t make(FilePath path, bool directory);
    void release(size_t node);
    void remove(FilePath path);
    /// Of a slot that is open.
    [[nodiscard]] Description& opened(uint8_t slot) { return descriptions_[slots_[slot]]; }
    [[nodiscard]] const Description& opened(uint8_t slot) const {
        return descriptions_[slots_[slot]];
    }

    int64_t open(const Operation& operation, bool& memory);
    int64_t close(uint8_t slot);
    int64_t dup(const Operation& operation);
    int64_t read(const Operation& operation, Expected& expected);
    int64_t write(const Operation& operation, bool& memory);
    int64_t seek(const Operation& operation);
    int64_t truncate(const Operation& operation, bool& memory);
    int64_t rename(const Operation& operation);
    int64_t unlink(FilePath path);
    int64_t make_directory(FilePath path);
    int64_t remove_directory(FilePath path);

    bool only_named_;
    Node nodes_[max_nodes] = {};
    Description descriptions_[Operation::slots] = {};
    uint8_t slots_[Operation::slots] = {};
};

/// Whether it goes by an open file, not by a path.
[[nodiscard]] constexpr bool takes_slot(Operation::Kind kind) {
    return kind < Operation::Kind::truncate && kind != Operation::Kind::open;
}

} // namespace ant

#endif
