// SPDX-License-Identifier: GPL-2.0-only
// The model's names: what they stand for, and the operations that change them.
#include "model.h"

#include <algorithm>
#include <ant/lib/errno.h>

namespace ant {

size_t Model::entry(size_t directory, uint8_t name) const {
    const size_t node = nodes_[directory].entries[name];
    return node != 0 ? node : nowhere;
}

int64_t Model::names_in(size_t directory) const {
    int64_t names = 0;
    for (uint8_t name = 1; name <= FilePath::names; name++)
        if (nodes_[directory].entries[name] != 0)
            names |= int64_t{1} << name;
    return names;
}

int64_t Model::parent_of(FilePath path) const {
    if (path.directory == 0)
        return root;
    const size_t node = entry(root, path.directory);
    if (node == nowhere)
        return -ENOENT;
    return nodes_[node].directory ? static_cast<int64_t>(node) : -ENOTDIR;
}

int64_t Model::look_up(FilePath path) const {
    const int64_t parent = parent_of(path);
    if (parent < 0)
        return parent;
    const size_t node = entry(static_cast<size_t>(parent), path.name);
    return node != nowhere ? static_cast<int64_t>(node) : -ENOENT;
}

size_t Model::find(FilePath path) const {
    const int64_t node = look_up(path);
    return node < 0 ? nowhere : static_cast<size_t>(node);
}

bool Model::has_open_files(size_t directory) const {
    if (directory == nowhere)
        return false;
    return std::ranges::any_of(nodes_[directory].entries, [this](uint8_t node) {
        return node != 0 && nodes_[node].opened != 0;
    });
}

size_t Model::make(FilePath path, bool directory) {
    size_t node = 1;
    while (nodes_[node].used)
        node++;
    Node& made = nodes_[node];
    made = Node{.used = true,
                .directory = directory,
                .named = true,
                .data = made.data,
                .capacity = made.capacity};
    nodes_[parent_of(path)].entries[path.name] = static_cast<uint8_t>(node);
    return node;
}

/// Frees the node when neither a name nor an open file is left.
void Model::release(size_t node) {
    if (!nodes_[node].named && nodes_[node].opened == 0)
        nodes_[node].used = false;
}

void Model::remove(FilePath path) {
    const size_t node = find(path);
    nodes_[parent_of(path)].entries[path.name] = 0;
    nodes_[node].named = false;
    release(node);
}

int64_t Model::rename(const Operation& operation) {
    const FilePath from = operation.path;
    const FilePath to = operation.other_path;
    const int64_t from_parent = parent_of(from);
    const int64_t to_parent = parent_of(to);
    if (from_parent < 0 || to_parent < 0)
        return from_parent < 0 ? from_parent : to_parent;
    const size_t node = find(from);
    const size_t target = find(to);
    if (node == nowhere)
        return -ENOENT;
    if (static_cast<int64_t>(node) == to_parent) // into itself
        return -EINVAL;
    if (static_cast<int64_t>(target) == from_parent) // in the place of its own directory
        return -ENOTEMPTY;
    if (node == target)
        return 0;
    if (target != nowhere) {
        if (nodes_[node].directory != nodes_[target].directory)
            return nodes_[node].directory ? -ENOTDIR : -EISDIR;
        if (nodes_[target].directory && !is_empty(target))
            return -ENOTEMPTY;
        remove(to);
    }
    nodes_[from_parent].entries[from.name] = 0;
    nodes_[to_parent].entries[to.name] = static_cast<uint8_t>(node);
    return 0;
}

int64_t Model::unlink(FilePath path) {
    const int64_t node = look_up(path);
    if (node < 0)
        return node;
    if (nodes_[node].directory)
        return -EISDIR;
    remove(path);
    return 0;
}

int64_t Model::make_directory(FilePath path) {
    const int64_t node = look_up(path);
    if (node >= 0)
        return -EEXIST;
    if (node != -ENOENT || parent_of(path) < 0)
        return node;
    make(path, true);
    return 0;
}

int64_t Model::remove_directory(FilePath path) {
    const int64_t node = look_up(path);
    if (node < 0)
        return node;
    if (!nodes_[node].directory)
        return -ENOTDIR;
    if (!is_empty(static_cast<size_t>(node)))
        return -ENOTEMPTY;
    remove(path);
    return 0;
}

} // namespace ant
