// SPDX-License-Identifier: GPL-2.0-only
// Printing; see style.h.
#include "style.h"

#include <ant/apps/common/columns.h>
#include <ant/apps/common/file_text.h>
#include <ant/apps/common/name_list.h>
#include <ant/apps/common/output.h>
#include <ant/apps/common/tree.h>
#include <ant/base/utf8.h>
#include <ant/lib/console.h>
#include <ant/lib/report.h>

namespace ant {

using Layout = Style::Layout;

Style::Style(const CommandLine& line, bool terminal)
    : hidden(line.last_of("aA")), follow(line.last_of("HL")), indicator(line.last_of("Fp")),
      itself(line.has('d')), recursive(line.has('R') && !line.has('d')), inode(line.has('i')),
      blocks(line.has('s')), numeric(line.has('n')), owner(!line.has('g')), group(!line.has('o')),
      plain(terminal || line.has('q')) {
    switch (line.last_of("Cglmnox")) {
    case 'C':
        layout = Layout::columns;
        break;
    case 'x':
        layout = Layout::across;
        break;
    case 'm':
        layout = Layout::commas;
        break;
    case '\0':
        layout = terminal ? Layout::columns : Layout::lines;
        break;
    default:
        layout = Layout::details;
    }
    // Details have a line each anyway.
    if (line.last_of("1Cmx") == '1' && layout != Layout::details)
        layout = Layout::lines;

    const char time = line.last_of("cu");
    order.time = time != '\0' ? time : 'm';
    order.reverse = line.has('r');
    switch (line.last_of("Sft")) {
    case 'S':
        order.by = Order::By::size;
        break;
    case 'f':
        order.by = Order::By::nothing;
        hidden = 'a';
        break;
    case 't':
        order.by = Order::By::time;
        break;
    default:
        if (time != '\0' && layout != Layout::details)
            order.by = Order::By::time;
    }
}

bool Style::needs_status() const {
    return layout == Layout::details || inode || blocks || indicator != '\0' || recursive ||
           order.by == Order::By::size || order.by == Order::By::time;
}

bool Style::enters_links() const {
    return follow != '\0' || (layout != Layout::details && indicator != 'F' && !itself);
}

namespace {

constinit OwnerNames users(OwnerNames::users);
constinit OwnerNames groups(OwnerNames::groups);

char mark_of(unsigned mode, char indicator) {
    if (S_ISDIR(mode))
        return indicator != '\0' ? '/' : '\0';
    if (indicator != 'F')
        return '\0';
    switch (mode & S_IFMT) {
    case S_IFLNK:
        return '@';
    case S_IFIFO:
        return '|';
    case S_IFSOCK:
        return '=';
    case S_IFREG:
        return (mode & 0111) != 0 ? '*' : '\0';
    default:
        return '\0';
    }
}

void put_name(Sink& text, std::string_view name, bool plain) {
    for (const char c : name)
        text.write(plain && (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
                       ? std::string_view("?")
                       : std::string_view(&c, 1));
}

void put_owner(Sink& text, OwnerNames& names, uint32_t number, const Style& style) {
    if (style.numeric)
        format(text, " %-8u", number);
    else
        format(text, " %-8s", names.of(number));
}

void put_details(Sink& text, const antlinux_stat& s, const Style& style) {
    format(text, "%s %3u", mode_text(s.mode).data(), s.nlink);
    if (style.owner)
        put_owner(text, users, s.uid, style);
    if (style.group)
        put_owner(text, groups, s.gid, style);
    const unsigned type = s.mode & S_IFMT;
    if (type == S_IFCHR || type == S_IFBLK)
        format(text, " %4u, %3u", device_major(s.rdev), device_minor(s.rdev));
    else
        format(text, " %9" PRIu64, s.size);
    const CivilTime time = civil_time(time_of(s, style.order.time).seconds);
    format(text, " %04" PRId64 "-%02u-%02u %02u:%02u ", time.year, time.month, time.day, time.hour,
           time.minute);
}

/// Where a link leads. 0, or -1 and last_error.
int put_target(Sink& text, const char* path, const char* name, bool plain) {
    TreePath place(path != nullptr ? path : name);
    char target[4096];
    ssize_t length = 0;
    if (path == nullptr) {
        length = readlink(name, target, sizeof(target));
    } else {
        const TreePath::Below below(place, name);
        length = place.fits() ? readlink(place.text(), target, sizeof(target)) : -1;
    }
    if (length < 0)
        return -1;
    text.write(" -> ");
    put_name(text, {target, static_cast<size_t>(length)}, plain);
    return 0;
}

/// All that is printed of an entry. 0, or -1 and last_error.
int put_entry(Sink& text, const char* path, const Entry& entry, const Style& style) {
    const antlinux_stat& s = entry.status;
    const bool details = style.layout == Layout::details;
    if (style.inode)
        format(text, "%7" PRIu64 " ", s.ino);
    if (style.blocks)
        format(text, "%4" PRIu64 " ", (s.blocks + 1) / 2);
    if (details)
        put_details(text, s, style);
    put_name(text, entry.name, style.plain);
    if (details && (s.mode & S_IFMT) == S_IFLNK)
        return put_target(text, path, entry.name, style.plain);
    const char mark = mark_of(s.mode, style.indicator);
    text.write({&mark, mark != '\0' ? size_t{1} : size_t{0}});
    return 0;
}

/// "a, b, c", as many as fit into a row.
void put_commas(Sink& screen, std::span<char* const> texts) {
    size_t used = 0;
    for (size_t i = 0; i < texts.size(); i++) {
        const std::string_view text = texts[i];
        const bool last = i + 1 == texts.size();
        const size_t wanted = columns_of(text) + (last ? 0 : 1);
        if (used > 0 && used + 1 + wanted >= console_columns) {
            screen.write("\n");
            used = 0;
        } else if (used > 0) {
            screen.write(" ");
            used++;
        }
        format(screen, "%s%s", texts[i], last ? "\n" : ",");
        used += wanted;
    }
}

} // namespace

int print_entries(const char* path, std::span<Entry* const> entries, const Style& style) {
    const bool in_rows = style.layout == Layout::columns || style.layout == Layout::across ||
                         style.layout == Layout::commas;
    Output output;
    NameList texts;
    int status = 0;
    for (const Entry* entry : entries) {
        // In rows they wait for each other: how wide is the widest?
        char buffer[4200]; // a path and what stands before it
        BufferSink text(buffer);
        Sink& sink = in_rows ? static_cast<Sink&>(text) : output;
        if (put_entry(sink, path, *entry, style) != 0)
            status = report("ls", "cannot read symbolic link", entry->name);
        if (!in_rows)
            output.write("\n");
        else if (!texts.add(text.text()))
            status = report("ls", entry->name);
    }
    if (style.layout == Layout::commas)
        put_commas(output, texts.names());
    else
        write_columns(output, texts.names(), console_columns,
                      style.layout == Layout::across ? Direction::across : Direction::down);
    output.flush();
    return output.failed() ? report("ls", "standard output") : status;
}

} // namespace ant
