// SPDX-License-Identifier: GPL-2.0-only
// The module's state machine between its neighbours: AnT beyond the table, parent and proxies
// above.
#pragma once

#include <gtest/gtest.h>

#include <antlinux/ring.h>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

extern "C" {
#include "lkm/peers.h"
}

namespace lkm {

constexpr antlinux_u64 region_base = 0x40000000;
constexpr antlinux_u64 ica_size = 0x10000; // up to the region's end
constexpr antlinux_u64 ica_base = region_base + ANTLINUX_LOAD_OFFSET;
constexpr antlinux_u64 region_size = ANTLINUX_LOAD_OFFSET + ica_size;
constexpr antlinux_u32 linux_core = 0;
constexpr antlinux_u32 result_vector = 0x50;

// The n-th LCA; two of them lie a page apart, as a rule.
constexpr antlinux_u64 lca(antlinux_u64 n) { return ica_base + n % 16 * 0x1000 + n / 16 * 128; }

// A file of /dev/ant and the process that has it open, asleep in a command or not.
struct Opened {
    ant_client client{};
    ant_command command{};
    bool asleep = false;
    bool woken = false;
    bool killed = false;
    int interrupts = 0;
};

class World {
public:
    World() : memory_(std::make_unique<char[]>(region_size)), core_(std::make_unique<ant_core>()) {
        std::memset(memory_.get(), 0xa5, region_size);
        table().magic = 0;
        std::memset(&at(ica_base), 0, ica_size); // what AnT does with an area before it is used
        EXPECT_EQ(load(), 0);
    }

    // ---- AnT

    antlinux_table& table() {
        return *reinterpret_cast<antlinux_table*>(memory_.get() + ANTLINUX_TABLE_OFFSET);
    }
    antlinux_lca& at(antlinux_u64 raddr) {
        return *reinterpret_cast<antlinux_lca*>(memory_.get() + (raddr - region_base));
    }
    const char* memory() const { return memory_.get(); }

    // AnT starts (anew); `change` may spoil the header.
    template<typename Change>
    void start(antlinux_u32 generation, antlinux_u32 depth, Change change) {
        antlinux_store_release(&table().magic, 0);
        std::memset(&table(), 0, sizeof(antlinux_table));
        request_head = result_tail = {};
        table().version = ANTLINUX_VERSION;
        table().depth = depth;
        table().cores = 0b1110;
        table().result_vector = result_vector;
        table().generation = generation;
        table().ica_base = ica_base;
        table().ica_size = ica_size;
        change(table());
        antlinux_store_release(&table().magic, ANTLINUX_TABLE_MAGIC);
    }
    void start(antlinux_u32 generation, antlinux_u32 depth = 16) {
        start(generation, depth, [](antlinux_table&) {});
    }
    bool is_answered() {
        return antlinux_load_acquire(&table().linux_generation) == table().generation;
    }
    bool send(antlinux_u32 core, antlinux_u64 raddr) {
        return antlinux_ring_push(&table().core[core].request, table().depth, &request_head[core],
                                  raddr) == ANTLINUX_RING_OK;
    }
    // Sends it and rings.
    void call(antlinux_u32 core, antlinux_u64 raddr) {
        ASSERT_TRUE(send(core, raddr));
        doorbell(core);
    }
    std::optional<antlinux_u64> result(antlinux_u32 core) {
        antlinux_u64 raddr = 0;
        if (antlinux_ring_pop(&table().core[core].result, table().depth, &result_tail[core],
                              &raddr) != ANTLINUX_RING_OK)
            return {};
        return raddr;
    }

    std::array<antlinux_u32, ANTLINUX_MAX_CORES> request_head{}; // AnT's own counters
    std::array<antlinux_u32, ANTLINUX_MAX_CORES> result_tail{};

    // ---- The module

    int load(antlinux_u64 size = region_size) {
        return ant_core_init(core_.get(), memory_.get(), region_base, size, 1u << linux_core);
    }
    ant_core& core() { return *core_; }
    const ant_counters& counters() { return core_->counters; }

    void doorbell(antlinux_u32 core) {
        if (!ant_is_current(core_.get()))
            ant_greet(core_.get());
        ant_exchange(core_.get(), core);
        carry_out();
    }
    // The work in a tick, when there is some.
    void tick() {
        if (std::exchange(retry, false))
            for (antlinux_u32 core = 0; core < ANTLINUX_MAX_CORES; ++core)
                doorbell(core);
        if (std::exchange(core_->interrupting, false))
            send_signals();
    }

    antlinux_u32 rung = 0; // AnT's cores, since somebody looked
    bool retry = false;
    bool retry_later = false;
    bool orphaned = false;
    std::vector<std::string> remarks;

    // The time for which calls wait for a parent is over.
    void lose_patience() {
        if (std::exchange(orphaned, false))
            ant_abandon(core_.get());
        carry_out();
    }

    // ---- Linux's processes

    Opened& open() { return *files.emplace_back(std::make_unique<Opened>()); }
    void close(Opened& opened) {
        ant_close(core_.get(), &opened.client);
        std::erase_if(files, [&](const auto& file) { return file.get() == &opened; });
        carry_out();
    }
    // Would its command not sleep (any more)?
    bool has_news(const Opened& opened) const {
        const ant_client& client = opened.client;
        if (client.is_proxy)
            return client.lca == nullptr || client.lca->state == ANT_LCA_SERVED;
        return core_->lcas.requests.first != nullptr;
    }
    // Begins a command, or goes on with it: -EAGAIN: it sleeps.
    int go_on(Opened& opened) {
        const int result = ant_obey(core_.get(), &opened.client, &opened.command);
        carry_out();
        opened.asleep = result == -EAGAIN;
        opened.woken = opened.asleep && has_news(opened);
        return result;
    }
    int run(Opened& opened, const ant_command& command) {
        opened.command = command;
        return go_on(opened);
    }
    int get(Opened& parent) { return run(parent, command(ANT_GET, 0)); }
    int wake(Opened& parent, antlinux_u64 raddr) { return run(parent, command(ANT_WAKE, raddr)); }
    int bind(Opened& parent, Opened& proxy, antlinux_u64 raddr, antlinux_u32 most = ANT_LCAS) {
        const antlinux_bind bind{.raddr = raddr, .most = most, .reserved = 0};
        const int result = ant_bind(core_.get(), &parent.client, &proxy.client, &bind);
        carry_out();
        return result;
    }
    int wait(Opened& proxy) { return run(proxy, command(ANT_WAIT, 0)); }
    int answer(Opened& opened, unsigned int number, antlinux_u64 raddr, antlinux_u32 core,
               antlinux_u32 error = 0, bool has_files = false) {
        ant_command answer = command(number, raddr);
        answer.result.cid = static_cast<antlinux_u16>(core);
        answer.result.files = has_files ? 1 : 0;
        answer.result.error = error;
        return run(opened, answer);
    }
    int ret(Opened& opened, antlinux_u64 raddr, antlinux_u32 core, antlinux_u32 error = 0) {
        return answer(opened, ANT_RET, raddr, core, error);
    }
    int next(Opened& opened, antlinux_u64 raddr, antlinux_u32 core, bool has_files = false) {
        return answer(opened, ANT_NEXT, raddr, core, 0, has_files);
    }
    int map(Opened& opened) { return ant_map(core_.get(), &opened.client); }

    std::vector<std::unique_ptr<Opened>> files;

    // Each LCA is in exactly one place, what points at each other does so, and nobody sleeps
    // through.
    void check() {
        ant_lcas& lcas = core_->lcas;
        std::array<int, ANT_LCAS> found{};
        std::array<int, ANT_LCAS> queued{};
        for (ant_lca* bucket : lcas.bucket)
            for (ant_lca* entry = bucket; entry != nullptr; entry = entry->bucket)
                ++found[static_cast<std::size_t>(entry - lcas.pool)];
        const auto walk = [&](const ant_queue& queue, ant_lca_state state) {
            for (ant_lca* entry = queue.first; entry != nullptr; entry = entry->next) {
                EXPECT_EQ(entry->state, state);
                ASSERT_EQ(++queued[static_cast<std::size_t>(entry - lcas.pool)], 1);
            }
        };
        walk(lcas.free, ANT_LCA_FREE);
        walk(lcas.requests, ANT_LCA_QUEUED);
        for (const ant_queue& answers : lcas.answers)
            walk(answers, ANT_LCA_ANSWERED);
        std::size_t proxies = 0;
        std::size_t bound = 0;
        for (std::size_t i = 0; i < ANT_LCAS; ++i) {
            const ant_lca& entry = lcas.pool[i];
            const bool waits = entry.state == ANT_LCA_FREE || entry.state == ANT_LCA_QUEUED ||
                               entry.state == ANT_LCA_ANSWERED;
            ASSERT_EQ(queued[i], waits ? 1 : 0) << "state " << entry.state;
            ASSERT_EQ(found[i], entry.state == ANT_LCA_FREE ? 0 : 1);
            if (entry.proxy != nullptr) {
                ++proxies;
                ++bound;
                ASSERT_EQ(entry.proxy->lca, &entry);
            } else {
                ASSERT_NE(entry.state, ANT_LCA_IDLE);
                ASSERT_NE(entry.state, ANT_LCA_SERVED);
            }
        }
        antlinux_u32 mapped = 0;
        for (const auto& file : files) {
            proxies -= file->client.lca != nullptr ? 1U : 0U;
            mapped += file->client.is_proxy && file->client.maps ? 1U : 0U;
            if (file->asleep && !file->woken) {
                ASSERT_FALSE(has_news(*file)) << "nobody has told it";
            }
        }
        ASSERT_EQ(proxies, 0U);
        ASSERT_EQ(core_->proxies, bound);
        ASSERT_EQ(core_->mapped, mapped);
        ASSERT_FALSE(core_->todo.any);
    }

private:
    static ant_command command(unsigned int number, antlinux_u64 raddr) {
        ant_command command{};
        command.number = number;
        command.request.raddr = raddr;
        return command;
    }
    void carry_out() {
        ant_todo& todo = core_->todo;
        ASSERT_EQ(todo.any, todo.ring != 0 || todo.wake != nullptr || todo.wake_all || todo.retry ||
                                todo.retry_later || todo.orphaned || todo.signal || todo.said != 0);
        rung |= todo.ring;
        retry |= todo.retry;
        retry_later |= todo.retry_later;
        orphaned |= todo.orphaned;
        const std::string_view said{core_->remarks, todo.said};
        for (std::size_t end = 0, begin = 0; begin < said.size(); begin = end + 1) {
            end = said.find('\n', begin);
            remarks.emplace_back(said.substr(begin, end - begin));
        }
        for (const auto& file : files) {
            if (&file->client == todo.wake || todo.wake_all)
                file->woken = true;
            if (todo.kill && file->client.is_proxy && file->client.maps)
                file->killed = true;
        }
        if (std::exchange(todo, {}).signal)
            send_signals();
    }
    void send_signals() {
        core_->interrupting = false;
        for (const auto& file : files) {
            const int signal = ant_signal(&file->client);
            core_->interrupting |= signal == SIGUSR1;
            file->interrupts += signal == SIGUSR1 && file->client.maps ? 1 : 0;
            file->killed |= signal == SIGKILL && file->client.maps;
        }
    }

    std::unique_ptr<char[]> memory_; // AnT's region
    std::unique_ptr<ant_core> core_;
};

} // namespace lkm
