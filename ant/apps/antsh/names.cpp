// SPDX-License-Identifier: GPL-2.0-only
// Names to complete; see names.h.
#include "names.h"
#include "shell.h"

#include <ant/lib/dirent.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/process.h>
#include <ant/lib/unistd.h>

namespace ant {

namespace {

void commands(Sink& found) {
    Shell::name_commands(found);
    char name[ANT_NAME_BYTES];
    for (uint32_t index = 0; program_name(index, name) == 0; index++)
        found.write(name);
}

bool is_directory(const char* directory, const DirectoryEntry& entry) {
    if (entry.type != EntryType::unknown && entry.type != EntryType::symbolic_link)
        return entry.type == EntryType::directory;
    char path[4096];
    antlinux_stat s = {};
    snprintf(path, sizeof(path), "%s/%s", directory, entry.name);
    return stat(path, &s) == 0 && S_ISDIR(s.mode);
}

void entries(const char* path, std::string_view prefix, Sink& found) {
    Directory* directory = opendir(path);
    if (directory == nullptr)
        return;
    int error = 0; // then there are fewer names
    while (const DirectoryEntry* entry = readdir(directory, error)) {
        if (!std::string_view(entry->name).starts_with(prefix))
            continue;
        char name[264];
        snprintf(name, sizeof(name), "%s%s", entry->name, is_directory(path, *entry) ? "/" : "");
        found.write(name);
    }
    closedir(directory);
}

void directory(const char* path, std::string_view prefix, Sink& found) {
    entries(path, prefix, found);
    linux_files().lca().release(); // a shell that waits for keys needs no proxy
}

} // namespace

constexpr NameSource names_of_ant = {.commands = commands, .directory = directory};

} // namespace ant
