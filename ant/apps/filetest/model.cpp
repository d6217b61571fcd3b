// SPDX-License-Identifier: GPL-2.0-only
// The model's files and operations on them; see model.h.
#include "model.h"

#include <ant/lib/errno.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>

namespace ant {

using Kind = Operation::Kind;

Model::~Model() {
    for (const Node& node : nodes_)
        ant::free(node.data);
}

void Model::clear() {
    for (Node& node : nodes_)
        node = Node{.data = node.data, .capacity = node.capacity}; // the memory stays
    nodes_[root].used = nodes_[root].directory = nodes_[root].named = true;
    for (uint8_t& slot : slots_)
        slot = closed;
    for (Description& description : descriptions_)
        description = {};
}

void Model::close_all() {
    for (uint8_t slot = 0; slot < Operation::slots; slot++)
        close(slot);
}

bool Model::resize(size_t node, size_t size) {
    Node& file = nodes_[node];
    if (size > file.capacity) {
        const size_t capacity = size <= 4096 ? 4096 : size <= 65536 ? 65536 : max_file_bytes;
        auto* data = static_cast<std::byte*>(ant::realloc(file.data, capacity));
        if (data == nullptr)
            return false;
        file.data = data;
        file.capacity = capacity;
    }
    if (size > file.size)
        memset(file.data + file.size, 0, size - file.size);
    file.size = size;
    return true;
}

size_t Model::file_of(uint8_t slot) const {
    return is_open(slot) ? size_t{opened(slot).node} : nowhere;
}

int64_t Model::write_offset(const Operation& operation) const {
    const Description& open = opened(operation.slot);
    if ((open.flags & O_APPEND) != 0) // Linux's pwrite appends, too
        return static_cast<int64_t>(nodes_[open.node].size);
    return operation.kind == Kind::pwrite ? operation.offset : open.offset;
}

bool Model::knows(const Operation& operation) const {
    const size_t open = takes_slot(operation.kind) ? file_of(operation.slot) : nowhere;
    const bool directory = open != nowhere && nodes_[open].directory;
    if (only_named_ && open != nowhere && !nodes_[open].named && operation.kind != Kind::close)
        return false;
    switch (operation.kind) {
    case Kind::open:
        return !is_open(operation.slot);
    case Kind::dup:
        return !is_open(operation.other_slot);
    case Kind::write:
    case Kind::pwrite:
        return open == nowhere || operation.offset < 0 ||
               write_offset(operation) + operation.length <= max_file_bytes;
    case Kind::ftruncate:
    case Kind::truncate:
        return operation.length <= max_file_bytes;
    case Kind::lseek:
    case Kind::fsync:
        return !directory;
    case Kind::rename: {
        const size_t from = find(operation.path);
        if (only_named_ && has_open_files(from))
            return false;
        return operation.other_path.directory == 0 || from == nowhere || !nodes_[from].directory ||
               is_empty(from);
    }
    default:
        return true;
    }
}

bool Model::refuses(const Operation& operation) const {
    if (!takes_slot(operation.kind) || !is_open(operation.slot))
        return takes_slot(operation.kind);
    const uint32_t access = opened(operation.slot).flags & O_ACCMODE;
    switch (operation.kind) {
    case Kind::read:
    case Kind::pread:
        return access == O_WRONLY;
    case Kind::write:
    case Kind::pwrite:
        return access == O_RDONLY;
    default:
        return false;
    }
}

bool Model::apply(const Operation& operation, Expected& expected) {
    expected = {};
    bool memory = true;
    expected.result = refuses(operation) ? -EBADF : 0;
    if (operation.offset < 0 && (operation.kind == Kind::pread || operation.kind == Kind::pwrite))
        expected.result = -EINVAL; // before Linux looks at the file
    if (expected.result != 0)
        return true;
    switch (operation.kind) {
    case Kind::open:
        expected.result = open(operation, memory);
        break;
    case Kind::close:
        expected.result = close(operation.slot);
        break;
    case Kind::dup:
        expected.result = dup(operation);
        break;
    case Kind::read:
    case Kind::pread:
        expected.result = read(operation, expected);
        break;
    case Kind::write:
    case Kind::pwrite:
        expected.result = write(operation, memory);
        break;
    case Kind::lseek:
        expected.result = seek(operation);
        break;
    case Kind::ftruncate:
    case Kind::truncate:
        expected.result = truncate(operation, memory);
        break;
    case Kind::rename:
        expected.result = rename(operation);
        break;
    case Kind::unlink:
        expected.result = unlink(operation.path);
        break;
    case Kind::mkdir:
        expected.result = make_directory(operation.path);
        break;
    case Kind::rmdir:
        expected.result = remove_directory(operation.path);
        break;
    case Kind::fsync:
        break;
    case Kind::fstat:
    case Kind::stat:
    case Kind::list: {
        // The size of a file, the names in a directory (for stat: that it is one).
        const int64_t node = operation.kind == Kind::fstat
                                 ? static_cast<int64_t>(file_of(operation.slot))
                                 : look_up(operation.path);
        expected.result = node;
        if (node < 0)
            break;
        const Node& found = nodes_[node];
        if (operation.kind == Kind::list)
            expected.result = found.directory ? names_in(static_cast<size_t>(node)) : -ENOTDIR;
        else
            expected.result = found.directory ? 0 : static_cast<int64_t>(found.size);
        break;
    }
    }
    return memory;
}

int64_t Model::open(const Operation& operation, bool& memory) {
    const uint32_t flags = operation.flags;
    int64_t node = look_up(operation.path);
    if (node == -ENOENT && (flags & O_CREAT) != 0 && parent_of(operation.path) >= 0)
        node = static_cast<int64_t>(make(operation.path, false));
    else if (node >= 0 && (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0)
        return -EEXIST;
    else if (node >= 0 && nodes_[node].directory && (flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != 0)
        return -EISDIR;
    else if (node < 0)
        return node;
    if ((flags & O_TRUNC) != 0)
        memory = resize(static_cast<size_t>(node), 0);
    uint8_t free = 0;
    while (descriptions_[free].slots != 0)
        free++;
    descriptions_[free] = {.slots = 1, .node = static_cast<uint8_t>(node), .flags = flags};
    slots_[operation.slot] = free;
    nodes_[node].opened++;
    return 0;
}

int64_t Model::close(uint8_t slot) {
    if (!is_open(slot))
        return -EBADF;
    Description& open = opened(slot);
    slots_[slot] = closed;
    if (--open.slots == 0) {
        nodes_[open.node].opened--;
        release(open.node);
    }
    return 0;
}

int64_t Model::dup(const Operation& operation) {
    slots_[operation.other_slot] = slots_[operation.slot];
    opened(operation.slot).slots++;
    return 0;
}

int64_t Model::read(const Operation& operation, Expected& expected) {
    Description& open = opened(operation.slot);
    const Node& file = nodes_[open.node];
    if (file.directory)
        return -EISDIR;
    const bool moves = operation.kind == Kind::read;
    const int64_t offset = moves ? open.offset : operation.offset;
    const auto size = static_cast<int64_t>(file.size);
    const int64_t left = offset < size ? size - offset : 0;
    const int64_t count = left < operation.length ? left : operation.length;
    if (count > 0)
        expected.data = {file.data + offset, static_cast<size_t>(count)};
    if (moves)
        open.offset += count;
    return count;
}

int64_t Model::write(const Operation& operation, bool& memory) {
    Description& open = opened(operation.slot);
    Node& file = nodes_[open.node];
    const auto offset = static_cast<size_t>(write_offset(operation));
    const size_t end = offset + operation.length;
    if (operation.length > 0) {
        if (end > file.size && !resize(open.node, end))
            memory = false;
        else
            fill_data(file.data + offset, operation.length, operation.seed);
    }
    if (operation.kind == Kind::write && operation.length > 0)
        open.offset = static_cast<int64_t>(end);
    return operation.length;
}

int64_t Model::seek(const Operation& operation) {
    Description& open = opened(operation.slot);
    int64_t base = 0;
    if (operation.flags == SEEK_CUR)
        base = open.offset;
    if (operation.flags == SEEK_END)
        base = static_cast<int64_t>(nodes_[open.node].size);
    if (base + operation.offset < 0)
        return -EINVAL;
    return open.offset = base + operation.offset;
}

int64_t Model::truncate(const Operation& operation, bool& memory) {
    int64_t node = 0;
    if (operation.kind == Kind::ftruncate) {
        const Description& open = opened(operation.slot);
        if ((open.flags & O_ACCMODE) == O_RDONLY) // a directory always
            return -EINVAL;
        node = open.node;
    } else {
        node = look_up(operation.path);
        if (node < 0)
            return node;
        if (nodes_[node].directory)
            return -EISDIR;
    }
    memory = resize(static_cast<size_t>(node), operation.length);
    return 0;
}

} // namespace ant
