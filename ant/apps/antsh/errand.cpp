// SPDX-License-Identifier: GPL-2.0-only
// Errands; see errand.h.
#include "errand.h"
#include "shell.h"

#include <algorithm>
#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/dirent.h>
#include <ant/lib/errno.h>
#include <ant/lib/program_file.h>
#include <ant/lib/report.h>
#include <ant/lib/server.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>
#include <ant/lib/unistd.h>
#include <ant/servers/common/areas.h>

namespace ant {

namespace {

constexpr const char* file_wanted = "file";
constexpr const char* patient_file_wanted = "file-when-ready";
constexpr const char* names_wanted = "names";

/// The request by which a child delivers: words[0] is 0 or an errno, words[1] the bytes; they lie
/// in the moved area, if there are any.
enum Word : size_t { error_word, size_word };

// ---- The child

bool is_directory(const char* directory, const DirectoryEntry& entry) {
    if (entry.type != EntryType::unknown && entry.type != EntryType::symbolic_link)
        return entry.type == EntryType::directory;
    char path[4096];
    antlinux_stat s = {};
    snprintf(path, sizeof(path), "%s/%s", directory, entry.name);
    return stat(path, &s) == 0 && S_ISDIR(s.mode);
}

/// Bytes, or minus an errno.
int64_t list_names(const char* path, std::string_view prefix, const IcaBuffer& names) {
    Directory* directory = opendir(path);
    if (directory == nullptr)
        return -last_error;
    size_t used = 0;
    int error = 0; // then there are fewer names
    while (const DirectoryEntry* entry = readdir(directory, error)) {
        if (!std::string_view(entry->name).starts_with(prefix))
            continue;
        const size_t space = names.size() - used;
        const int length = snprintf(reinterpret_cast<char*>(names.data()) + used, space, "%s%s",
                                    entry->name, is_directory(path, *entry) ? "/" : "");
        if (static_cast<size_t>(length) >= space) {
            closedir(directory);
            return -E2BIG;
        }
        used += static_cast<size_t>(length) + 1;
    }
    closedir(directory);
    return static_cast<int64_t>(used);
}

int64_t read_patiently(ProgramFile& file, const char* path) {
    constexpr uint64_t pause = 10'000'000; // ns
    constexpr int patience = 1000;
    int64_t error = file.read(path);
    for (int tries = 1; tries < patience && error == -ENXIO && sleep_ns(pause) == 0; tries++)
        error = file.read(path);
    return error;
}

/// 0, or -1: then the shell has not got it.
int deliver(int shell, int64_t result, const std::byte* area) {
    ant_message message = {};
    message.words[error_word] = result < 0 ? static_cast<uint32_t>(-result) : 0;
    message.words[size_word] = result < 0 ? 0 : static_cast<uint32_t>(result);
    if (result > 0) {
        message.area_count = 1;
        message.areas[0] = {
            .address = static_cast<uint32_t>(address_of(area)), .size = 0, .use = ANT_AREA_MOVE};
    }
    return call_server(shell, message);
}

int deliver_file(int shell, const char* path, bool patient) {
    ProgramFile file;
    const int64_t error = patient ? read_patiently(file, path) : file.read(path);
    const auto bytes = file.bytes();
    if (deliver(shell, error != 0 ? error : static_cast<int64_t>(bytes.size()), bytes.data()) != 0)
        return exit_failure;
    file.give_up();
    return 0;
}

int deliver_names(int shell, const char* path, const char* prefix) {
    IcaBuffer names(size_t{256} * 1024);
    const int64_t result = names.valid() ? list_names(path, prefix, names) : -last_error;
    if (deliver(shell, result, names.data()) != 0)
        return exit_failure;
    if (result > 0)
        names.give_up();
    return 0;
}

} // namespace

int run_errand(std::span<const char* const> words) {
    uint64_t shell = 0;
    if (words.size() == 4 && parse_number(words[0], shell) && shell <= INT32_MAX) {
        const std::string_view what = words[1];
        const int number = static_cast<int>(shell);
        if (what == file_wanted || what == patient_file_wanted)
            return deliver_file(number, words[2], what == patient_file_wanted);
        if (what == names_wanted)
            return deliver_names(number, words[2], words[3]);
    }
    return usage("antsh --errand SHELL WHAT PATH PREFIX");
}

// ---- The shell

Errand::~Errand() {
    if (area_ != nullptr)
        ica_free(area_);
}

void Errand::take(const ant_message& message) {
    const ant_area& area = message.areas[0];
    if (message.area_count != 1 || area.use != ANT_AREA_MOVE)
        return free_moved_areas(message);
    area_ = reinterpret_cast<std::byte*>(uintptr_t{area.address});
    size_ = std::min(message.words[size_word], area.size);
}

namespace {

/// Waits for the request of that child. False: it has ended without one.
bool receive_from(int child, ant_message& message) {
    while (receive(message) == 0) {
        if (message.kind == ANT_MESSAGE_ENDED && message.words[0] == static_cast<uint32_t>(child))
            return false;
        if (message.kind != ANT_MESSAGE_REQUEST)
            continue;
        if (message.sender == static_cast<uint32_t>(child))
            return true;
        // Nobody else has anything to ask of a shell.
        free_moved_areas(message);
        ant_message refusal = {};
        refusal.words[0] = static_cast<uint32_t>(-EPERM);
        static_cast<void>(reply(static_cast<int>(message.sender), refusal));
    }
    return false;
}

} // namespace

int64_t Errand::fetch(const char* what, const char* path, const char* prefix) {
    char shell[16];
    snprintf(shell, sizeof(shell), "%d", getpid());
    const char* const words[] = {"antsh", "--errand", shell, what, path, prefix};
    const int child = spawn(words);
    if (child < 0)
        return -last_error;
    // Without an owner Ctrl-C would only be typed input; the errand is right anyway.
    static_cast<void>(console_owner(child));
    ant_message message = {};
    int64_t result = -EINTR;
    if (watch(child) != 0) {
        result = -last_error;
        static_cast<void>(kill(child)); // it would wait for us, and we for it
    } else if (receive_from(child, message)) {
        result = -int64_t{message.words[error_word]};
        take(message);
        static_cast<void>(reply(child, ant_message{}));
    }
    int status = 0;
    static_cast<void>(wait(child, &status));
    static_cast<void>(console_owner(0));
    interrupted_ = status == status_interrupted;
    return interrupted_ ? -EINTR : result;
}

int64_t Errand::fetch_file(const char* path) { return fetch(file_wanted, path, ""); }

int64_t Errand::fetch_file_patiently(const char* path) {
    return fetch(patient_file_wanted, path, "");
}

int64_t Errand::fetch_names(const char* directory, const char* prefix) {
    return fetch(names_wanted, directory, prefix);
}

} // namespace ant
