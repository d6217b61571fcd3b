// SPDX-License-Identifier: GPL-2.0-only
// Names to complete; see names.h.
#include "names.h"
#include "errand.h"
#include "shell.h"

#include <algorithm>
#include <ant/lib/process.h>

namespace ant {

namespace {

void commands(Sink& found) {
    Shell::name_commands(found);
    char name[ANT_NAME_BYTES];
    for (uint32_t index = 0; program_name(index, name) == 0; index++)
        found.write(name);
}

void directory(const char* path, const char* prefix, Sink& found) {
    Errand errand;
    if (errand.fetch_names(path, prefix) != 0)
        return;
    std::string_view names = {reinterpret_cast<const char*>(errand.bytes().data()),
                              errand.bytes().size()};
    while (!names.empty()) {
        const std::string_view name = names.substr(0, names.find('\0'));
        found.write(name);
        names.remove_prefix(std::min(names.size(), name.size() + 1));
    }
}

} // namespace

constexpr NameSource names_of_ant = {.commands = commands, .directory = directory};

} // namespace ant
