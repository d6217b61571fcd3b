// SPDX-License-Identifier: GPL-2.0-only
// From an LCA and the table's description of the call to a system call of Linux.
#include "userland/proxy/executor.h"

#include <signal.h>
#include <sys/syscall.h>

#include <array>
#include <climits>

#include "userland/common/system_call.h"
#include "userland/proxy/calls.h"

namespace antlinux {
namespace {

// The usual path is short and lies on the stack, in a page that is there already.
constexpr std::size_t short_path = 128;
constinit std::array<std::array<char, PATH_MAX>, max_paths> long_paths{};

// The arguments as Linux wants them. Paths are copied, so that Linux gets what was checked,
// whatever AnT does meanwhile. At most one structure is filled in per call: first here, then,
// converted, in the ICA.
struct Prepared {
    std::array<long, ANTLINUX_MAX_ARGS> arguments{};
    std::array<std::array<char, short_path>, max_paths> short_paths{};
    std::size_t paths = 0;
    alignas(8) std::array<std::byte, max_linux_structure> structure{};
    const Conversion* conversion = nullptr;
    std::byte* target = nullptr;
};

Result<long> buffer_argument(const Result<std::byte*>& buffer) {
    if (!buffer.is_ok())
        return buffer.error();
    return reinterpret_cast<long>(buffer.value());
}

Result<long> path_argument(PhysicalAddress address, const Ica& ica, Prepared& prepared) {
    const std::size_t index = prepared.paths++;
    auto path = ica.path(address, prepared.short_paths[index]);
    if (!path.is_ok() && number(path.error()) == ENAMETOOLONG)
        path = ica.path(address, long_paths[index]);
    if (!path.is_ok())
        return path.error();
    return reinterpret_cast<long>(path.value().data());
}

// Linux looks at the low 32 bits only, so a 32-bit caller's -1 may come in either width.
Result<long> descriptor_argument(antlinux_u64 value) {
    const auto fd = static_cast<std::uint32_t>(value);
    if (fd >= first_own_descriptor && fd <= device_descriptor)
        return Errno{EBADF};
    return static_cast<long>(fd);
}

Result<long> prepare_argument(const Argument& description, antlinux_u64 value,
                              const antlinux_lca& call, const Ica& ica, Prepared& prepared) {
    const PhysicalAddress address{value};
    switch (description.kind) {
    case Argument::Kind::value:
        break;
    case Argument::Kind::descriptor:
        return descriptor_argument(value);
    case Argument::Kind::path:
        if (description.may_be_null && value == 0)
            return 0L;
        return path_argument(address, ica, prepared);
    case Argument::Kind::in:
        if (description.may_be_null && value == 0)
            return 0L;
        [[fallthrough]];
    case Argument::Kind::out:
        return buffer_argument(ica.range(address, description.bytes != 0
                                                      ? description.bytes
                                                      : call.args[description.length_argument]));
    case Argument::Kind::structure: {
        const auto target = ica.range(address, description.conversion->ant_size);
        if (!target.is_ok())
            return target.error();
        prepared.conversion = description.conversion;
        prepared.target = target.value();
        return reinterpret_cast<long>(prepared.structure.data());
    }
    }
    return static_cast<long>(value);
}

// The driver's signal came. All of those for one call come before the next one is begun.
volatile sig_atomic_t interrupted = 0;

void on_interrupt(int /*signal*/) { interrupted = 1; }

} // namespace

Result<void> prepare_interrupts() {
    struct sigaction action = {};
    action.sa_handler = on_interrupt; // no SA_RESTART
    return ::sigaction(SIGUSR1, &action, nullptr) == 0 ? Result<void>{} : last_errno();
}

antlinux_s64 execute(const antlinux_lca& call, const Ica& ica, int& files) {
    if (call.magic != ANTLINUX_LCA_MAGIC || call.cflag > ANTLINUX_CFLAG_CONTINUE)
        return -EINVAL;
    if (call.syscallno == ANTLINUX_CALL_NULL)
        return 0;
    const Call* description = find_call(call.syscallno);
    if (description == nullptr)
        return -ENOSYS;

    Prepared prepared;
    for (std::size_t i = 0; i < ANTLINUX_MAX_ARGS; ++i) {
        const auto argument =
            prepare_argument(description->arguments[i], call.args[i], call, ica, prepared);
        if (!argument.is_ok())
            return -number(argument.error());
        prepared.arguments[i] = argument.value();
    }

    const auto& a = prepared.arguments;
    Result<long> result = 0;
    // A stop and a go on can interrupt a call, too, and then it goes on. Not so for close: the
    // descriptor is gone in any case.
    if (interrupted != 0)
        interrupted = 0; // came too late for the call before
    do
        result = system_call(call.syscallno, a[0], a[1], a[2], a[3], a[4], a[5]);
    while (!result.is_ok() && result.error() == Errno::eintr && interrupted == 0 &&
           call.syscallno != SYS_close);
    if (!result.is_ok())
        return -number(result.error());
    if (description->files > 0 || (description->files < 0 && a[0] > STDERR_FILENO))
        files += description->files;
    if (prepared.conversion != nullptr)
        prepared.conversion->convert(prepared.structure.data(), prepared.target);
    return result.value();
}

} // namespace antlinux
