// SPDX-License-Identifier: GPL-2.0-only
// A process in user mode: system calls, computing, and memory as the processor reaches it.
#include <algorithm>

#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/page_table_entry.h"
#include "ant/arch/x86/trap_frame.h"
#include "machine/machine.h"

namespace ant::test {

namespace {

constexpr auto page_fault = static_cast<std::uint32_t>(x86::Exception::page_fault);

PageEntry entry_at(PhysicalAddress table, std::uint32_t index) {
    return PageEntry{*pointer_to<std::uint32_t>(identity(entry_address(table, index)))};
}

} // namespace

// ---- System calls

std::int32_t User::call(SystemCall number, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    machine_.yield();
    machine_.take_interrupts(true);
    x86::TrapFrame frame{};
    frame.vector = x86::system_call_vector.value();
    frame.cs = USER_CODE_SELECTOR;
    frame.eflags = Machine::interrupts_on;
    frame.eax = static_cast<std::uint32_t>(number);
    frame.ebx = a;
    frame.ecx = b;
    frame.edx = c;
    x86::trap_entry(&frame);
    return static_cast<std::int32_t>(frame.eax);
}

void User::exit(std::uint32_t status) {
    call(SystemCall::exit, status);
    panic("a process goes on behind its end");
}

std::int32_t User::sleep(Nanoseconds length) {
    return call(SystemCall::sleep, static_cast<std::uint32_t>(length.count),
                static_cast<std::uint32_t>(length.count >> 32));
}

std::uint64_t User::time() {
    EXPECT_EQ(call(SystemCall::time, buffer), 0);
    return load<std::uint64_t>(buffer);
}

std::int32_t User::spawn(const std::string& name, CoreNumber core, std::uint32_t priority,
                         std::uint32_t rights) {
    constexpr std::uint32_t text = buffer + 0x100;
    for (std::uint32_t i = 0; i <= name.size(); ++i)
        store(text + i, name.c_str()[i]);
    store(buffer, ant_spawn{.arguments = text,
                            .arguments_size = static_cast<std::uint32_t>(name.size()) + 1,
                            .core = core.value(),
                            .priority = priority,
                            .image = 0,
                            .image_size = 0,
                            .rights = rights});
    return call(SystemCall::spawn, buffer);
}

User::Waited User::wait(std::int32_t child) {
    store(buffer, ~0u);
    const std::int32_t result = call(SystemCall::wait, static_cast<std::uint32_t>(child), buffer);
    return {result, load<std::uint32_t>(buffer)};
}

std::int32_t User::call_server(ProcessNumber server, ant_message& message) {
    store(buffer, message);
    const std::int32_t result = call(SystemCall::call_server, server.value(), buffer);
    message = load<ant_message>(buffer);
    return result;
}

std::int32_t User::receive(ant_message& message, std::uint64_t patience) {
    const std::int32_t result =
        call(SystemCall::receive, buffer, static_cast<std::uint32_t>(patience),
             static_cast<std::uint32_t>(patience >> 32));
    message = load<ant_message>(buffer);
    return result;
}

std::int32_t User::reply(std::uint32_t client, const ant_message& message) {
    store(buffer, message);
    return call(SystemCall::reply, client, buffer);
}

// ---- Instructions

void User::compute(Nanoseconds length) {
    std::uint64_t left = length.count;
    while (left > 0) {
        machine_.yield();
        machine_.take_interrupts(true);
        const std::uint64_t now = machine_.clock();
        const std::uint64_t alarm = std::max(machine_.next_alarm(), now);
        const std::uint64_t step = std::min(left, alarm - now);
        machine_.advance(now + step);
        left -= step;
    }
    machine_.yield();
    machine_.take_interrupts(true);
}

void User::fault(std::uint32_t vector, std::uint32_t error_code) {
    machine_.trap(vector, error_code, true);
}

// The page's entry with these rights, from the TLB or the page tables; or what a page fault's error
// code says: less than a page, so that it is no entry.
std::uint32_t User::entry_of(VirtualAddress page, std::uint32_t wanted) {
    auto& tlb = machine_.current().tlb;
    const auto known = tlb.find(page.value());
    PageEntry entry{known != tlb.end() ? known->second : 0};
    if (known == tlb.end()) {
        const PageEntry directory = machine_.current().directories[top_index(page)];
        if (!directory.is_present())
            return 0;
        const PageEntry large = entry_at(directory.frame(), directory_index(page));
        if (!large.is_present())
            return 0;
        entry = large.is_large()
                    ? PageEntry::page(large.large_frame() + (page - page.large_page_start()),
                                      large.flags())
                    : entry_at(large.frame(), table_index(page));
        if (!entry.is_present())
            return 0;
        tlb[page.value()] = entry.lower_half();
    }
    // As on a real one, a stale translation is good enough for a fault.
    return (entry.lower_half() & wanted) == wanted ? entry.lower_half()
                                                   : x86::page_fault_protection;
}

std::byte* User::byte_at(VirtualAddress address, bool write) {
    const auto rights =
        static_cast<std::uint32_t>(write ? PageFlags::user | PageFlags::writable : PageFlags::user);
    while (true) {
        const std::uint32_t entry = entry_of(address.page_start(), rights);
        if (entry >= page_size) {
            const PageEntry found{entry};
            ASSERT(!has(found.flags(), PageFlags::device)); // no memory is played there
            return pointer_to<std::byte>(identity(found.frame() + address.page_offset()));
        }
        page_faults(address, entry | (write ? x86::page_fault_write : 0));
    }
}

void User::page_faults(VirtualAddress address, std::uint32_t error_code) {
    machine_.current().cr2 = address.value();
    machine_.current().tlb.erase(address.page_start().value()); // SDM vol. 3, 4.10.4.1
    fault(page_fault, error_code | x86::page_fault_user);
}

void User::execute(std::uint32_t address) {
    const VirtualAddress at{address};
    const std::uint32_t entry =
        entry_of(at.page_start(), static_cast<std::uint32_t>(PageFlags::user));
    if (entry < page_size)
        page_faults(at, entry | x86::page_fault_fetch);
    else if (has(PageEntry{entry}.flags(), PageFlags::no_execute))
        page_faults(at, x86::page_fault_protection | x86::page_fault_fetch);
}

bool User::can_load(std::uint32_t address) {
    const auto rights = static_cast<std::uint32_t>(PageFlags::user);
    return entry_of(VirtualAddress{address}.page_start(), rights) >= page_size;
}

} // namespace ant::test
