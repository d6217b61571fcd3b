// SPDX-License-Identifier: GPL-2.0-only
// Serial port, local APIC, interrupt table, command line: the PC under Wren.
#include "machine.h"

#include <array>

extern "C" {
void on_doorbell();
void on_fault();
[[noreturn]] void wren_fault();
}

namespace wren {

namespace {

constexpr std::uint16_t serial_port = 0x2f8;
constexpr std::uint16_t line_status = serial_port + 5;
constexpr std::uint8_t transmitter_empty = 0x20;

void write_port(std::uint16_t port, std::uint8_t value) {
    asm volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

std::uint8_t read_port(std::uint16_t port) {
    std::uint8_t value = 0;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

void print_byte(char byte) {
    while ((read_port(line_status) & transmitter_empty) == 0)
        __builtin_ia32_pause();
    write_port(serial_port, static_cast<std::uint8_t>(byte));
}

// The same addresses on each core: every core sees its own.
enum class Apic : std::uint32_t {
    id = 0xfee0'0020,
    spurious = 0xfee0'00f0,
    command_low = 0xfee0'0300,
    command_high = 0xfee0'0310,
};

constexpr std::uint32_t apic_enabled = 0x100;
constexpr std::uint8_t spurious_vector = 0xff;
constexpr std::uint32_t command_pending = 0x1000;
constexpr std::uint32_t level_assert = 0x4000;

volatile std::uint32_t& apic(Apic which) {
    return *reinterpret_cast<volatile std::uint32_t*>(static_cast<std::uint32_t>(which));
}

// An entry of the interrupt descriptor table (SDM vol. 3, 6.11): the handler's address in two
// halves.
struct Gate {
    std::uint16_t low;
    std::uint16_t selector;
    std::uint16_t type;
    std::uint16_t high;
};

constexpr std::uint16_t code_selector = 0x08;
constexpr std::uint16_t interrupt_gate = 0x8e00;

constinit std::array<Gate, 256> gates{};

Gate gate_to(void (*handler)()) {
    const auto address = reinterpret_cast<std::uint32_t>(handler);
    return {static_cast<std::uint16_t>(address), code_selector, interrupt_gate,
            static_cast<std::uint16_t>(address >> 16)};
}

struct [[gnu::packed]] TablePointer {
    std::uint16_t limit;
    std::uint32_t base;
};

// In boot_params (Linux's Documentation/arch/x86/zero-page.rst): where the command line lies.
constexpr std::uint32_t command_line_pointer = 0x228;

} // namespace

void print(std::string_view text) {
    for (const char byte : text) {
        if (byte == '\n')
            print_byte('\r');
        print_byte(byte);
    }
}

void print_number(std::uint64_t number) {
    if (number >= 10)
        print_number(number / 10);
    print_byte(static_cast<char>('0' + number % 10));
}

std::uint32_t core() { return apic(Apic::id) >> 24; }

void accept_interrupts(std::uint8_t vector) {
    for (Gate& gate : gates)
        gate = gate_to(on_fault);
    gates[vector] = gates[spurious_vector] = gate_to(on_doorbell);
    const TablePointer pointer{sizeof(gates) - 1, reinterpret_cast<std::uint32_t>(gates.data())};
    asm volatile("lidt %0" ::"m"(pointer));
    apic(Apic::spurious) = apic_enabled | spurious_vector;
}

void send_interrupt(std::uint32_t to_core, std::uint8_t vector) {
    apic(Apic::command_high) = to_core << 24;
    apic(Apic::command_low) = level_assert | vector;
    while ((apic(Apic::command_low) & command_pending) != 0)
        __builtin_ia32_pause();
}

void halt_for_ever() {
    while (true)
        asm volatile("cli; hlt");
}

const char* command_line(const void* boot_params) {
    return *reinterpret_cast<const char* const*>(static_cast<const std::byte*>(boot_params) +
                                                 command_line_pointer);
}

std::string_view find_word(const char* line, const char* name) {
    for (const char* word = line; *word != '\0'; word++) {
        std::uint32_t i = 0;
        while (name[i] != '\0' && word[i] == name[i])
            i++;
        if (name[i] != '\0' || word[i] != '=' || (word != line && word[-1] != ' '))
            continue;
        const char* const begin = word + i + 1;
        const char* end = begin;
        while (*end != '\0' && *end != ' ')
            end++;
        return {begin, end};
    }
    return {};
}

std::uint32_t find_number(const char* line, const char* name, std::uint32_t otherwise) {
    std::string_view text = find_word(line, name);
    if (text.empty())
        return otherwise;
    const bool is_hexadecimal = text.size() > 1 && text[0] == '0' && text[1] == 'x';
    text.remove_prefix(is_hexadecimal ? 2 : 0);
    std::uint32_t value = 0;
    for (const char digit : text) {
        const int worth = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
        value = value * (is_hexadecimal ? 16 : 10) + static_cast<std::uint32_t>(worth);
    }
    return value;
}

} // namespace wren

void wren_fault() {
    wren::print("Wren: an exception or an interrupt that is not ours: it stops here\n");
    wren::halt_for_ever();
}
