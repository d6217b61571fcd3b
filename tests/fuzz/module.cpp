// SPDX-License-Identifier: GPL-2.0-only
// The Linux module's state machine: commands of any processes in any order, rings that AnT writes
// anything to, sudden deaths and new starts. Each LCA stays in one place, nobody sleeps through
// what concerns him, and outside the ICA and Linux's parts of the table no byte of AnT's changes.
#include <bit>

#include "tests/fuzz/fuzz.h"
#include "tests/unit/lkm/world.h"

namespace {

using namespace lkm;

constexpr unsigned int commands[] = {ANT_GET, ANT_RET, ANT_WAKE, ANT_WAIT, ANT_NEXT, 0};
constexpr std::size_t most_files = 12;

class Play {
public:
    explicit Play(fuzz::Input input) : input_(input) { world_.start(++generation_); }

    void run() {
        for (unsigned int step = 0; !input_.is_empty(); ++step) {
            act();
            if (step % 8 == 0)
                world_.check();
        }
        world_.check();
        check_bytes();
        // Whatever state AnT has left: a new one finds everything free.
        while (!world_.files.empty())
            world_.close(*world_.files.back());
        const antlinux_u32 known =
            world_.core().info.generation; // AnT may have overwritten its own
        world_.start(known == ~0u ? 1 : known + 1);
        world_.doorbell(1);
        ASSERT(world_.is_answered());
        world_.check();
        for (const ant_lca& entry : world_.core().lcas.pool)
            ASSERT(entry.state == ANT_LCA_FREE);
    }

private:
    antlinux_u32 core() { return 1 + input_.below(3); }
    antlinux_u64 address() {
        const auto n = input_.take<std::uint8_t>();
        return n < 0xf0 ? lca(n % 40) : input_.take<antlinux_u64>();
    }
    Opened* file() {
        const auto n = input_.take<std::uint8_t>();
        if (world_.files.empty())
            return nullptr;
        return world_.files[n % world_.files.size()].get();
    }
    // AnT may have overwritten the depth; it then has no rings itself.
    bool has_rings() {
        return std::has_single_bit(world_.table().depth) &&
               world_.table().depth <= ANTLINUX_MAX_DEPTH;
    }

    void act() {
        switch (input_.below(14)) {
        case 0:
            world_.start(++generation_, 1u << input_.below(7), [&](antlinux_table& table) {
                if (input_.below(4) == 0)
                    fuzz::spoil_word(input_, &table, offsetof(antlinux_table, linux_error));
            });
            break;
        case 1:
        case 2:
            if (has_rings())
                static_cast<void>(world_.send(core(), address()));
            break;
        case 3:
            world_.doorbell(input_.below(ANTLINUX_MAX_CORES + 1));
            break;
        case 4:
            fuzz::spoil_word(input_, &world_.table(), sizeof(antlinux_table));
            break;
        case 5:
            if (has_rings())
                static_cast<void>(world_.result(core()));
            break;
        case 6:
            if (world_.files.size() < most_files)
                static_cast<void>(world_.open());
            break;
        case 7:
            if (Opened* opened = file())
                static_cast<void>(world_.map(*opened));
            break;
        case 8:
            if (Opened* opened = file())
                world_.close(*opened);
            break;
        case 9:
            world_.tick();
            break;
        case 10:
            world_.lose_patience();
            break;
        case 11:
            if (Opened* parent = file(); parent != nullptr && world_.files.size() < most_files)
                bind(*parent);
            break;
        default:
            if (Opened* opened = file())
                command(*opened);
        }
    }

    // The device makes the proxy's file, and closes it again when it is not bound.
    void bind(Opened& parent) {
        Opened& proxy = world_.open();
        const antlinux_u64 raddr = address();
        if (world_.bind(parent, proxy, raddr, input_.below(8)) != 0)
            world_.close(proxy);
    }

    // Whoever sleeps in a command goes on with it, or a signal has ended it and he does another.
    void command(Opened& opened) {
        const auto what = input_.take<std::uint8_t>();
        if (opened.asleep && what < 0xc0) {
            if (opened.woken)
                static_cast<void>(world_.go_on(opened));
            return;
        }
        ant_command command{};
        command.number = commands[what % std::size(commands)];
        command.result.raddr = address();
        command.result.cid = static_cast<antlinux_u16>(input_.below(4));
        command.result.files = static_cast<antlinux_u16>(input_.below(2));
        command.result.error = input_.below(8) == 0 ? input_.take<antlinux_u32>() : 0;
        static_cast<void>(world_.run(opened, command));
    }

    void check_bytes() {
        constexpr std::size_t table_end = ANTLINUX_TABLE_OFFSET + sizeof(antlinux_table);
        check_untouched(0, ANTLINUX_TABLE_OFFSET);
        check_untouched(table_end, ica_base - region_base);
    }
    // All as the world has filled it: the first byte is, and each is as the one behind it.
    void check_untouched(std::size_t begin, std::size_t end) {
        const char* bytes = world_.memory() + begin;
        ASSERT(static_cast<unsigned char>(*bytes) == 0xa5);
        ASSERT(std::memcmp(bytes, bytes + 1, end - begin - 1) == 0);
    }

    fuzz::Input input_;
    World world_;
    antlinux_u32 generation_ = 0;
};

} // namespace

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    // The world's checks are GoogleTest's: one that fails ends the program.
    GTEST_FLAG_SET(break_on_failure, true);
    Play{fuzz::Input{data, size}}.run();
    return 0;
}
