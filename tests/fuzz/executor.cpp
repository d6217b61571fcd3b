// SPDX-License-Identifier: GPL-2.0-only
// LCAs of any bytes in the hands of a proxy. Its system calls end here (played/), where the memory
// that Linux would touch is touched, and anything is answered. So no input does harm to this
// computer, and each pointer that Linux would have got is checked.
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <climits>
#include <csignal>
#include <vector>

#include "tests/fuzz/fuzz.h"
#include "tests/unit/userland/fake_ica.h"
#include "userland/common/system_call.h"
#include "userland/proxy/calls.h"
#include "userland/proxy/executor.h"

namespace {

using namespace antlinux;
using antlinux::test::FakeIca;
using Kind = Argument::Kind;

FakeIca& ica() {
    static FakeIca fake;
    return fake;
}

// Of the call that is being executed.
struct Current {
    const antlinux_lca* lca = nullptr;
    long answer = 0;
    int interruptions = 0;
    int calls = 0;           // that reached Linux
    bool writes_ica = false; // Linux may have stored something there
};
Current current;

// Every byte is read or written, so that the sanitizer or the page behind the ICA tells of one that
// is nobody's.
void read_all(const volatile char* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        static_cast<void>(bytes[i]);
}
void write_all(volatile char* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = 'L';
}

void as_linux(const Argument& argument, long value, const std::array<long, 6>& all) {
    auto* pointer = reinterpret_cast<char*>(value);
    const auto length = static_cast<std::size_t>(all[argument.length_argument]);
    switch (argument.kind) {
    case Kind::value:
        break;
    case Kind::descriptor: {
        const auto descriptor = static_cast<std::uint32_t>(value);
        ASSERT(descriptor != log_descriptor);
        ASSERT(descriptor != device_descriptor);
        break;
    }
    case Kind::path:
        ASSERT(std::strlen(pointer) < PATH_MAX);
        break;
    case Kind::in:
        ASSERT(length <= FakeIca::size);
        read_all(pointer, length);
        break;
    case Kind::out:
        ASSERT(length <= FakeIca::size);
        write_all(pointer, length);
        current.writes_ica = true;
        break;
    case Kind::structure:
        write_all(pointer, argument.conversion->linux_size);
        current.writes_ica = true;
        break;
    }
}

// Mostly what a program would pass, often just wrong, sometimes anything.
antlinux_u64 argument_of(fuzz::Input& input) {
    switch (input.below(6)) {
    case 0:
        return FakeIca::base + input.take<std::uint16_t>();
    case 1:
        return FakeIca::base + FakeIca::size - input.take<std::uint8_t>();
    case 2:
        return FakeIca::base - input.take<std::uint8_t>();
    case 3:
        return input.take<std::uint8_t>();
    case 4:
        return input.take<std::uint16_t>();
    default:
        return input.take<antlinux_u64>();
    }
}

antlinux_lca lca_of(fuzz::Input& input) {
    antlinux_lca lca{};
    lca.magic = input.below(16) != 0 ? ANTLINUX_LCA_MAGIC : input.take<antlinux_u32>();
    lca.cflag = input.below(16) != 0 ? input.below(2) : input.take<antlinux_u32>();
    const auto number = input.take<std::uint16_t>();
    lca.syscallno = number < 0xff00 ? calls()[number % calls().size()].number : number;
    for (antlinux_u64& argument : lca.args)
        argument = argument_of(input);
    return lca;
}

} // namespace

// The executor's system_call().
long antlinux::played_system_call(long number, const std::array<long, 6>& arguments) {
    ASSERT(number == static_cast<long>(current.lca->syscallno));
    ++current.calls;
    const Call* call = find_call(static_cast<std::uint32_t>(number));
    ASSERT(call != nullptr);
    for (std::size_t i = 0; i < arguments.size(); ++i)
        as_linux(call->arguments[i], arguments[i], arguments);
    if (current.interruptions > 0) {
        --current.interruptions;
        return -EINTR;
    }
    if (current.answer == -EINTR) // the call's time is over
        ASSERT(std::raise(SIGUSR1) == 0);
    return current.answer;
}

namespace {

// Before the first input: calls really end here, and not in this computer's Linux.
bool prepare() {
    antlinux_lca lca{};
    lca.magic = ANTLINUX_LCA_MAGIC;
    lca.syscallno = SYS_getpid;
    current = {.lca = &lca, .answer = -ENOTTY};
    int files = 0;
    return prepare_interrupts().is_ok() && execute(lca, ica().ica(), files) == -ENOTTY &&
           current.calls == 1;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    static const bool is_prepared = prepare();
    ASSERT(is_prepared);
    fuzz::Input input{data, size};
    // Paths lie in front; behind them the ICA has no NUL, so that one which does not end is
    // refused.
    std::memset(ica().at(0), 'p', FakeIca::size);
    const auto text = input.take_bytes(input.take<std::uint8_t>());
    if (!text.empty())
        std::memcpy(ica().at(0), text.data(), text.size());
    std::vector<std::byte> before(ica().at(0), ica().at(0) + FakeIca::size);
    int files = 0;
    while (!input.is_empty()) {
        const antlinux_lca lca = lca_of(input);
        current = {.lca = &lca,
                   .answer = input.take<std::int16_t>(),
                   .interruptions = static_cast<int>(input.below(3))};
        current.answer = std::max(current.answer, -4095L);
        const antlinux_s64 result = execute(lca, ica().ica(), files);
        ASSERT(result >= -4095);
        if (current.writes_ica)
            std::memcpy(before.data(), ica().at(0), before.size());
        else
            ASSERT(std::memcmp(before.data(), ica().at(0), before.size()) == 0);
    }
    return 0;
}
