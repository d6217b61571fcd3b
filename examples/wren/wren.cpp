// SPDX-License-Identifier: GPL-2.0-only
// Wren: the smallest operating system that uses Linux beside it, and is not AnT. It has no
// processes, no paging and no drivers but a serial port; it reads a file of Linux's, writes one,
// and measures a call.
//
//   words on its command line:  file=PATH  the file it shows (default /proc/version)
//                               linux_core=, linux_vector=  from Mint (start-ant passes them on)
#include <cstdint>

#include "linux.h"
#include "machine.h"

namespace wren {

namespace {

constexpr std::uint64_t write_only_create_truncate = 01 | 0100 | 01000; // Linux's O_*
constexpr std::uint64_t read_write_for_all = 0666;
constexpr std::uint64_t path_bytes = 256;

std::uint64_t address_of(const void* object) { return reinterpret_cast<std::uint32_t>(object); }

// The memory that Linux sees: a path, and behind it the data.
std::span<char> path() { return Linux::memory().first(path_bytes); }
std::span<char> buffer() { return Linux::memory().subspan(path_bytes); }

// Copies the text there, or as much of it as fits with a NUL; returns its length.
std::uint64_t share(std::string_view text, std::span<char> place) {
    std::uint32_t size = 0;
    for (; size < text.size() && size + 1 < place.size(); size++)
        place[size] = text[size];
    place[size] = '\0';
    return size;
}

// Says what went wrong, with Linux's errno. True: nothing did.
bool succeeded(std::string_view what, std::int64_t result) {
    if (result >= 0)
        return true;
    print("Wren: ");
    print(what);
    print(": errno ");
    print_number(static_cast<std::uint64_t>(-result));
    print("\n");
    return false;
}

bool show_file(Linux& os, std::string_view name) {
    share(name, path());
    const std::int64_t file = os.call(Call::open, address_of(path().data()));
    if (!succeeded("open", file))
        return false;
    std::int64_t count = 0;
    while ((count = os.call(Call::read, static_cast<std::uint64_t>(file),
                            address_of(buffer().data()), buffer().size())) > 0)
        print({buffer().data(), static_cast<std::size_t>(count)});
    return succeeded("read", count) &&
           succeeded("close", os.call(Call::close, static_cast<std::uint64_t>(file)));
}

bool write_file(Linux& os, std::string_view name, std::string_view text) {
    share(name, path());
    const std::uint64_t size = share(text, buffer());
    const std::int64_t file = os.call(Call::open, address_of(path().data()),
                                      write_only_create_truncate, read_write_for_all);
    return succeeded("open", file) &&
           succeeded("write", os.call(Call::write, static_cast<std::uint64_t>(file),
                                      address_of(buffer().data()), size)) &&
           succeeded("close", os.call(Call::close, static_cast<std::uint64_t>(file)));
}

// The paper's null call, continued: the way to Linux's proxy and back, and nothing else.
void measure(Linux& os) {
    constexpr int calls = 1000;
    std::uint64_t shortest = UINT64_MAX;
    for (int i = 0; i < calls; i++) {
        const std::uint64_t begin = time_stamp();
        (void)os.call(Call::null); // it cannot fail
        const std::uint64_t ticks = time_stamp() - begin;
        shortest = ticks < shortest ? ticks : shortest;
    }
    print("Wren: the shortest of 1000 null calls took ");
    print_number(shortest);
    print(" ticks of the time stamp counter\n");
}

} // namespace

} // namespace wren

extern "C" [[noreturn]] void wren_main(const void* boot_params) {
    using namespace wren;
    const char* line = command_line(boot_params);
    Linux os(find_number(line, "linux_core", 0), find_number(line, "linux_vector", 0xe0));
    print("Wren: on core ");
    print_number(core());
    print("\n");

    const std::string_view file = find_word(line, "file");
    if (succeeded("Linux refuses the table", os.connect()) &&
        show_file(os, file.empty() ? "/proc/version" : file) &&
        write_file(os, "/tmp/from-wren", "tweet tweet\n")) {
        measure(os);
        // Without the continue flag: the proxy ends.
        (void)os.call(Call::null, 0, 0, 0, false);
        print("Wren: done\n");
    }
    halt_for_ever();
}
