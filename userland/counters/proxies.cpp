// SPDX-License-Identifier: GPL-2.0-only
#include "userland/counters/proxies.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "userland/common/closing.h"

namespace antlinux {
namespace {

// The number behind a line's label: "Private_Dirty:   16 kB".
std::uint64_t number_in(std::string_view line) {
    const std::string rest(line.substr(line.find(':') + 1));
    return std::strtoull(rest.c_str(), nullptr, 10);
}

template<typename Take> void for_each_line(const std::string& path, Take take) {
    const OwnedFile file(std::fopen(path.c_str(), "re"));
    if (file == nullptr)
        return;
    char line[512];
    while (std::fgets(line, sizeof line, file.get()) != nullptr)
        take(std::string_view(line));
}

} // namespace

std::uint64_t private_bytes_of_proxies(const std::string& proc) {
    const OwnedDirectory directory(::opendir(proc.c_str()));
    if (directory == nullptr)
        return 0;
    std::uint64_t kibibytes = 0;
    while (const dirent* entry = ::readdir(directory.get())) {
        const std::string process = proc + "/" + entry->d_name;
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        bool is_proxy = false;
        for_each_line(process + "/status", [&](std::string_view line) {
            is_proxy = is_proxy || line == "Name:\tant-proxy\n";
        });
        if (is_proxy)
            for_each_line(process + "/smaps", [&](std::string_view line) {
                if (line.starts_with("Private_"))
                    kibibytes += number_in(line);
            });
    }
    return kibibytes << 10;
}

} // namespace antlinux
