// SPDX-License-Identifier: GPL-2.0-only
// The name server's memory and its answers.
#include <ant/lib/errno.h>
#include <ant/servers/names/name_table.h>

namespace ant::names {

int32_t NameTable::find(const Name& name) const {
    for (size_t i = 0; i < count_; i++)
        if (entries_[i].name == name)
            return static_cast<int32_t>(entries_[i].process);
    return -ENOENT;
}

int32_t NameTable::add(const Name& name, uint32_t process) {
    if (name[0] == '\0')
        return -EINVAL;
    const int32_t owner = find(name);
    if (owner >= 0)
        return static_cast<uint32_t>(owner) == process ? 0 : -EEXIST;
    if (count_ == capacity)
        return -ENOSPC;
    entries_[count_++] = {name, process};
    return 0;
}

void NameTable::remove(uint32_t process) {
    size_t kept = 0;
    for (size_t i = 0; i < count_; i++)
        if (entries_[i].process != process)
            entries_[kept++] = entries_[i];
    count_ = kept;
}

namespace {

void list(const NameTable& table, uint32_t index, ant_message& reply) {
    const NameTable::Entry* const entry = table.at(index);
    if (entry == nullptr) {
        reply.words[0] = static_cast<uint32_t>(-ENOENT);
        return;
    }
    reply.words[0] = entry->process;
    put_name(reply, entry->name);
}

} // namespace

ant_message answer(NameTable& table, const ant_message& request) {
    ant_message reply = {};
    switch (static_cast<Operation>(request.words[0])) {
    case Operation::register_name:
        reply.words[0] = static_cast<uint32_t>(table.add(take_name(request), request.sender));
        break;
    case Operation::find_name:
        reply.words[0] = static_cast<uint32_t>(table.find(take_name(request)));
        break;
    case Operation::list_names:
        list(table, request.words[index_word], reply);
        break;
    default:
        reply.words[0] = static_cast<uint32_t>(-ENOSYS);
    }
    return reply;
}

} // namespace ant::names
