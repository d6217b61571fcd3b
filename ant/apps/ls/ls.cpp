// SPDX-License-Identifier: GPL-2.0-only
// ls: lists Linux files and directories; on a terminal in columns. Without an operand it lists /,
// since AnT's processes have no current directory. docs/command-line.md tells the options.
#include "style.h"

#include <ant/apps/common/tree.h>
#include <ant/lib/dirent.h>
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

class Listing {
public:
    explicit Listing(const Style& style) : style_(style) {}

    /// An exit status.
    int list(std::span<const char* const> operands);

private:
    bool look_at(const char* path, antlinux_stat& status) const;
    bool is_hidden(std::string_view name) const;
    bool read(TreePath& path, Directory* directory, EntryList& list);
    int list_directory(TreePath& path);
    int list_below(TreePath& path, const EntryList& list);
    int list_all(const EntryList& directories);

    const Style& style_;
    bool with_names_ = false; // of the directories
    bool is_first_ = true;    // nothing has been printed yet
    int status_ = 0;
};

bool Listing::look_at(const char* path, antlinux_stat& status) const {
    if (!style_.enters_links())
        return ant::lstat(path, &status) == 0;
    if (ant::stat(path, &status) == 0 && (style_.follow != '\0' || S_ISDIR(status.mode)))
        return true;
    return ant::lstat(path, &status) == 0;
}

bool Listing::is_hidden(std::string_view name) const {
    if (style_.hidden == 'A')
        return is_dots(name);
    return style_.hidden == '\0' && name.starts_with('.');
}

/// False: last_error says why not all of it was read.
bool Listing::read(TreePath& path, Directory* directory, EntryList& list) {
    int error = 0;
    while (const DirectoryEntry* entry = readdir(directory, error)) {
        if (is_hidden(entry->name))
            continue;
        antlinux_stat status = {};
        if (style_.needs_status()) {
            const TreePath::Below below(path, entry->name);
            const bool follows = style_.follow == 'L' && ant::stat(path.text(), &status) == 0;
            if (!path.fits() || (!follows && ant::lstat(path.text(), &status) != 0)) {
                status_ = report("ls", "cannot access", path.text());
                continue;
            }
        }
        if (!list.add(entry->name, status)) {
            error = last_error;
            break;
        }
    }
    last_error = error;
    return error == 0;
}

int Listing::list_directory(TreePath& path) {
    EntryList list;
    Directory* directory = path.fits() ? opendir(path.text()) : nullptr;
    if (directory == nullptr)
        return report("ls", "cannot open directory", path.text());
    if (with_names_)
        ant::printf("%s%s:\n", is_first_ ? "" : "\n", path.text());
    is_first_ = false;
    int status = read(path, directory, list) ? 0 : report("ls", "reading directory", path.text());
    closedir(directory);
    if (!list.sort(style_.order))
        return report("ls", path.text());
    if (style_.layout == Style::Layout::details || style_.blocks) {
        uint64_t blocks = 0;
        for (const Entry* entry : list.entries())
            blocks += entry->status.blocks;
        ant::printf("total %" PRIu64 "\n", (blocks + 1) / 2);
    }
    status |= print_entries(path.text(), list.entries(), style_);
    return style_.recursive ? status | list_below(path, list) : status;
}

int Listing::list_below(TreePath& path, const EntryList& list) {
    int status = 0;
    for (const Entry* entry : list.entries()) {
        if (!S_ISDIR(entry->status.mode) || is_dots(entry->name))
            continue;
        const TreePath::Below below(path, entry->name);
        status |= list_directory(path);
    }
    return status;
}

int Listing::list_all(const EntryList& directories) {
    int status = 0;
    for (const Entry* directory : directories.entries()) {
        TreePath path(directory->name);
        status |= list_directory(path);
    }
    return status;
}

int Listing::list(std::span<const char* const> operands) {
    EntryList files;
    EntryList directories;
    for (const char* operand : operands) {
        antlinux_stat status = {};
        if (!look_at(operand, status)) {
            status_ = report("ls", "cannot access", operand);
            continue;
        }
        const bool enters = S_ISDIR(status.mode) && !style_.itself;
        if (!(enters ? directories : files).add(operand, status))
            return report("ls", operand);
    }
    if (!files.sort(style_.order) || !directories.sort(style_.order))
        return report("ls", "memory");
    with_names_ = operands.size() > 1 || style_.recursive;
    is_first_ = files.entries().empty();
    const int status = print_entries(nullptr, files.entries(), style_);
    return status | list_all(directories) | status_;
}

} // namespace

int main(int argc, char** argv) {
    // -k, sizes in 1,024 bytes, is how they are anyway.
    const CommandLine line(argc, argv, {"ls", "1ACFHLRSacdfgiklmnopqrstux", "[FILE...]"});
    if (line.is_over())
        return line.status();
    const Style style(line, ant::isatty(standard_output) != 0);
    constexpr const char* root[] = {"/"};
    const auto operands = line.operands();
    Listing listing(style);
    return operands.empty() ? listing.list(root) : listing.list({operands.data(), operands.size()});
}
