// SPDX-License-Identifier: GPL-2.0-only
// Proxies are forks of the parent: same name, and it is their parent.
#include "userland/counters/proxies.h"

#include <dirent.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace antlinux {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
struct CloseDirectory {
    void operator()(DIR* directory) const { static_cast<void>(::closedir(directory)); }
};

// The number behind a line's label: "PPid:\t12", "Private_Dirty:   16 kB".
std::uint64_t number_in(std::string_view line) {
    const std::string rest(line.substr(line.find(':') + 1));
    return std::strtoull(rest.c_str(), nullptr, 10);
}

template<typename Take> void for_each_line(const std::string& path, Take take) {
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
    if (file == nullptr)
        return;
    char line[512];
    while (std::fgets(line, sizeof line, file.get()) != nullptr)
        take(std::string_view(line));
}

} // namespace

std::uint64_t private_bytes_of_proxies(const std::string& proc) {
    const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(proc.c_str()));
    if (directory == nullptr)
        return 0;
    std::set<std::uint64_t> named_parent;                         // the parent and its children
    std::vector<std::pair<std::string, std::uint64_t>> processes; // number, its parent's
    while (const dirent* entry = ::readdir(directory.get())) {
        const std::string number = entry->d_name;
        if (number[0] < '0' || number[0] > '9')
            continue;
        bool ours = false;
        std::uint64_t parent = 0;
        for_each_line(proc + "/" + number + "/status", [&](std::string_view line) {
            if (line == "Name:\tant-parent\n")
                ours = true;
            else if (line.starts_with("PPid:"))
                parent = number_in(line);
        });
        if (!ours)
            continue;
        named_parent.insert(std::strtoull(number.c_str(), nullptr, 10));
        processes.emplace_back(number, parent);
    }
    std::uint64_t kibibytes = 0;
    for (const auto& [number, parent] : processes)
        if (named_parent.contains(parent))
            for_each_line(proc + "/" + number + "/smaps", [&](std::string_view line) {
                if (line.starts_with("Private_"))
                    kibibytes += number_in(line);
            });
    return kibibytes << 10;
}

} // namespace antlinux
