// SPDX-License-Identifier: GPL-2.0-only
// ant-counters: all counters of calls between the two OSes, one "NAME VALUE" a line.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <antlinux/device.h>
#include <antlinux/observe/counters.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "userland/common/ant_memory.h"
#include "userland/common/log.h"
#include "userland/counters/facts.h"
#include "userland/counters/proxies.h"

namespace {

using namespace antlinux;

constexpr const char* module_directory = "/sys/kernel/antlinux";

// The module's own: one number a file.
void print_module_counters() {
    DIR* directory = ::opendir(module_directory);
    if (directory == nullptr) {
        log_error(module_directory, last_errno());
        return;
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(directory))
        if (entry->d_name[0] != '.')
            names.emplace_back(entry->d_name);
    static_cast<void>(::closedir(directory));
    std::ranges::sort(names);
    for (const std::string& name : names) {
        std::FILE* file = std::fopen((std::string(module_directory) + "/" + name).c_str(), "re");
        unsigned long long value = 0;
        if (file != nullptr && std::fscanf(file, "%llu", &value) == 1)
            static_cast<void>(std::printf("linux.%s %llu\n", name.c_str(), value));
        if (file != nullptr)
            static_cast<void>(std::fclose(file));
    }
}

int fail(const char* what, Errno why) {
    log_error(what, why);
    return 1;
}

int print_ant_counters() {
    const Descriptor device(::open(ANTLINUX_DEVICE_PATH, O_RDWR | O_CLOEXEC));
    if (!device.is_open())
        return fail(ANTLINUX_DEVICE_PATH, last_errno());
    const auto table = map_ant_memory<const antlinux_table>(device, ANTLINUX_TABLE_OFFSET);
    const auto counters = map_ant_memory<const antlinux_counters>(device, ANTLINUX_COUNTERS_OFFSET);
    if (!table.is_ok() || !counters.is_ok())
        return fail("AnT's memory", table.is_ok() ? counters.error() : table.error());
    const auto facts = facts_of(*counters.value(), table.value()->generation);
    if (!facts.is_ok()) {
        if (number(facts.error()) == ENODATA)
            log_line("the other OS keeps no counters (AnT was not started?)");
        else
            log_error("AnT's counters", facts.error());
        return 1;
    }
    static_cast<void>(std::printf("time %llu\n%s",
                                  static_cast<unsigned long long>(__builtin_ia32_rdtsc()),
                                  facts.value().c_str()));
    return 0;
}

} // namespace

int main(int argc, char**) {
    log_to("ant-counters", STDERR_FILENO);
    if (argc != 1) {
        static_cast<void>(std::fputs("usage: ant-counters\n", stderr));
        return 2;
    }
    const int status = print_ant_counters();
    print_module_counters();
    static_cast<void>(std::printf("linux.proxy_memory %llu\n",
                                  static_cast<unsigned long long>(private_bytes_of_proxies())));
    return std::fflush(stdout) == 0 ? status : 1;
}
