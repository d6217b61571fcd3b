// SPDX-License-Identifier: GPL-2.0-only
// Random calls. They are not only nonsense: most have arguments of the right kind, so that they
// come far, and one or two that break a rule.
#include "worker.h"

#include "places.h"

#include <ant/lib/fcntl.h>
#include <ant/lib/linux_numbers.h>
#include <ant/lib/process.h>
#include <ant/lib/stdio.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>
#include <string_view>

namespace ant {

namespace {

// What an argument is: p path, t target of a symbolic link, d descriptor, f flags of open(), b
// buffer or structure in the ICA, l length, n number.
struct LinuxForm {
    LinuxNumber number;
    std::string_view arguments;
};
constexpr LinuxForm linux_forms[] = {
    {LinuxNumber::read, "dbl"},     {LinuxNumber::write, "dbl"},
    {LinuxNumber::open, "pfn"},     {LinuxNumber::close, "d"},
    {LinuxNumber::stat, "pb"},      {LinuxNumber::fstat, "db"},
    {LinuxNumber::lstat, "pb"},     {LinuxNumber::lseek, "dnn"},
    {LinuxNumber::pread64, "dbln"}, {LinuxNumber::access, "pn"},
    {LinuxNumber::dup, "d"},        {LinuxNumber::pwrite64, "dbln"},
    {LinuxNumber::getpid, ""},      {LinuxNumber::fsync, "d"},
    {LinuxNumber::truncate, "pn"},  {LinuxNumber::rename, "pp"},
    {LinuxNumber::mkdir, "pn"},     {LinuxNumber::ftruncate, "dn"},
    {LinuxNumber::unlink, "p"},     {LinuxNumber::rmdir, "p"},
    {LinuxNumber::readlink, "pbl"}, {LinuxNumber::link, "pp"},
    {LinuxNumber::symlink, "tp"},   {LinuxNumber::chmod, "pn"},
    {LinuxNumber::fchmod, "dn"},    {LinuxNumber::utimensat, "dpbn"},
    {LinuxNumber::fdatasync, "d"},  {LinuxNumber::null, "nnnnnn"},
    {LinuxNumber::open, "pfn"},     {LinuxNumber::getdents64, "dbl"},
};

// AnT's own calls: a address, u area that may be lost, l length, n number, i small number, q
// another process, s ant_spawn, g ant_message, w two words of a short time. Missing are those whose
// success would be somebody else's loss, whatever the kernel does: exit(), and what the console's
// user reads and types.
struct AntForm {
    SystemCall call;
    std::string_view arguments;
};
constexpr AntForm ant_forms[] = {
    {SystemCall::spawn, "s"},          {SystemCall::wait, "qa"},
    {SystemCall::kill, "q"},           {SystemCall::getpid, ""},
    {SystemCall::set_priority, "qi"},  {SystemCall::yield, ""},
    {SystemCall::sleep, "w"},          {SystemCall::time, "a"},
    {SystemCall::information, "iia"},  {SystemCall::klog_read, "nal"},
    {SystemCall::memory_check, "ali"}, {SystemCall::memory_map, "l"},
    {SystemCall::ica_map, "l"},        {SystemCall::ica_unmap, "u"},
    {SystemCall::linux_call, "ai"},    {SystemCall::trace, "i"},
    {SystemCall::call_server, "qg"},   {SystemCall::receive, "aw"},
    {SystemCall::reply, "qg"},         {SystemCall::watch, "q"},
    {SystemCall::serve, "n"},          {SystemCall::console_owner, "q"},
    {SystemCall::console_server, ""},  {SystemCall::console_interrupt, "i"},
    {SystemCall::device_claim, "i"},   {SystemCall::device_map, "ii"},
    {SystemCall::device_master, "ii"}, {SystemCall::device_interrupt, "i"},
    {SystemCall::stack_page, "a"},     {SystemCall::ica_tables, "al"},
    {SystemCall::devices_release, ""}, {SystemCall::report_fault, "nnn"},
};

constexpr const char* names[] = {"a", "b", "c", "d", "a/a", "a/b", "b/c", "d/d"};
constexpr const char* other_paths[] = {
    "", "/", "..", "/etc/hostname", "/dev/null", "/proc/self/status", "/nowhere/at/all"};
constexpr size_t path_bytes = 32;

class Worker {
public:
    Worker(const WorkerSettings& settings)
        : settings_(settings), random_(settings.seed), places_(random_, settings.foreign_area),
          self_(static_cast<uint32_t>(getpid())) {}

    int run() {
        if (!places_.prepare()) {
            dprintf(standard_error, "fuzzcalls: no memory for a process\n");
            return 3;
        }
        for (uint64_t i = 0; i < settings_.calls; i++) {
            const intptr_t result = random_.below(3) == 0 ? ant_call() : linux_call();
            if (result >= 0 || is_error(result) || last_ == SystemCall::ica_map)
                continue;
            dprintf(standard_error, "fuzzcalls: seed %" PRIu64 ": call %u gave %zx\n",
                    settings_.seed, static_cast<unsigned>(last_), static_cast<size_t>(result));
            return 4;
        }
        return 0;
    }

private:
    bool rarely() { return random_.below(12) == 0; }

    // ---- Linux's calls

    uintptr_t path(size_t index) {
        const uintptr_t place = places_.area(0) + sizeof(antlinux_lca) + index * path_bytes;
        char* text = reinterpret_cast<char*>(place);
        if (random_.below(5) == 0)
            strlcpy(text, other_paths[random_.below(std::size(other_paths))], path_bytes);
        else
            format_to({text, path_bytes}, "%s/%s", fuzz_directory,
                      names[random_.below(std::size(names))]);
        return place;
    }

    // Where a symbolic link leads: to a name beside it, since one that leads out of the directory
    // would take files there.
    uintptr_t target(size_t index) {
        const uintptr_t place = places_.area(0) + sizeof(antlinux_lca) + index * path_bytes;
        strlcpy(reinterpret_cast<char*>(place), names[random_.below(std::size(names))], path_bytes);
        return place;
    }

    uint64_t linux_argument(char kind, size_t index) {
        if (rarely())
            return places_.foreign();
        switch (kind) {
        case 'p':
            return path(index);
        case 't':
            return target(index);
        case 'd':
            return random_.below(4) == 0 ? places_.number() : 3 + random_.below(3);
        case 'f':
            return random_.below(2) == 0 ? places_.number() : O_CREAT | O_RDWR;
        case 'b':
            return places_.own();
        case 'l':
            return places_.length();
        default:
            return places_.number();
        }
    }

    void fill(antlinux_lca& lca) {
        const LinuxForm& form = linux_forms[random_.below(std::size(linux_forms))];
        lca.magic = ANTLINUX_LCA_MAGIC;
        lca.cflag = ANTLINUX_CFLAG_CONTINUE;
        lca.syscallno = static_cast<uint32_t>(form.number);
        for (size_t i = 0; i < ANTLINUX_MAX_ARGS; i++)
            lca.args[i] =
                i < form.arguments.size() ? linux_argument(form.arguments[i], i) : random_.next();
        if (rarely())
            lca.syscallno = static_cast<uint32_t>(places_.number());
        if (rarely())
            lca.cflag = static_cast<uint16_t>(random_.below(4));
        if (rarely())
            lca.incarnation = static_cast<uint32_t>(places_.number());
        if (rarely()) // any of its words, those of AnT's kernel and the stamps among them
            reinterpret_cast<uint32_t*>(&lca)[random_.below(sizeof(lca) / 4)] =
                static_cast<uint32_t>(places_.number());
        const LinuxNumber number{lca.syscallno};
        if (number == LinuxNumber::mkdir || number == LinuxNumber::chmod ||
            number == LinuxNumber::fchmod)
            lca.args[1] |= 0700; // else it could not be emptied again
    }

    /// A few places, each of which has a proxy of its own.
    uintptr_t lca_place() {
        return places_.area(random_.below(Places::area_count)) +
               (random_.below(6) == 0 ? Places::area_bytes - sizeof(antlinux_lca) : 0);
    }

    intptr_t linux_call() {
        // What Linux changes while the call is under way is the call's own LCA, when a buffer lies
        // over it.
        uintptr_t place = lca_place();
        fill(*reinterpret_cast<antlinux_lca*>(place));
        if (rarely())
            place += random_.below(2 * ANTLINUX_LCA_ALIGN);
        if (rarely())
            place = static_cast<uintptr_t>(places_.foreign());
        last_ = SystemCall::linux_call;
        return enter_kernel(last_, place, random_.below(2) == 0 ? 0 : 1 + random_.below(30), 0);
    }

    // ---- AnT's calls

    uintptr_t process() {
        if (random_.below(4) != 0 && child_ != 0)
            return child_;
        const auto number =
            static_cast<uint32_t>(random_.below(2) == 0 ? random_.below(64) : places_.number());
        return number == self_ ? 0 : number;
    }

    uintptr_t spawn_request() {
        constexpr std::string_view programs[] = {"true", {"true\0x", 6}, "false", "nonesuch"};
        char* text = reinterpret_cast<char*>(places_.private_memory());
        const std::string_view name = programs[random_.below(std::size(programs))];
        memcpy(text, name.data(), name.size() + 1);
        auto* wanted = reinterpret_cast<ant_spawn*>(text + 64);
        *wanted = {.arguments = static_cast<uint32_t>(address_of(text)),
                   .arguments_size = static_cast<uint32_t>(name.size() + 1),
                   .core = random_.below(2) == 0 ? ANT_CORE_HERE : random_.below(6),
                   .priority = random_.below(ANT_PRIORITY_LOWEST + 1),
                   .image = 0,
                   .image_size = 0,
                   .rights = static_cast<uint32_t>(random_.next())};
        if (rarely())
            wanted->image = static_cast<uint32_t>(places_.any());
        if (rarely())
            wanted->image_size = places_.length();
        if (rarely())
            wanted->arguments = static_cast<uint32_t>(places_.any());
        if (rarely())
            wanted->arguments_size = places_.length();
        return rarely() ? places_.any() : address_of(wanted);
    }

    /// What the worker can do without: an area that it has not used yet, or nothing of its own.
    uintptr_t lost_area() {
        const uintptr_t place = places_.any();
        return random_.below(2) == 0 ? spare_ : places_.is_own_area(place) ? 0 : place;
    }

    uintptr_t message() {
        auto* message = reinterpret_cast<ant_message*>(places_.private_memory() + 512);
        for (uint32_t& word : message->words)
            word = static_cast<uint32_t>(places_.number());
        // No operation of any server: what a right request does is not the caller's affair alone.
        message->words[0] |= 0x100;
        message->area_count = random_.below(ANT_MESSAGE_AREAS + 2);
        for (ant_area& area : message->areas)
            area = {.address = static_cast<uint32_t>(lost_area()),
                    .size = places_.length(),
                    .use = random_.below(4)};
        return rarely() ? places_.any() : address_of(message);
    }

    uintptr_t ant_argument(char kind) {
        switch (kind) {
        case 'a':
            return places_.any();
        case 'u':
            return lost_area();
        case 'l':
            // Others need memory, too.
            return random_.below(2) == 0 ? random_.below(8192) : 0u - random_.below(1u << 30);
        case 'i':
            return random_.below(10) - uintptr_t{1};
        case 'q':
            return process();
        case 's':
            return spawn_request();
        case 'g':
            return message();
        default:
            return static_cast<uintptr_t>(places_.number());
        }
    }

    intptr_t ant_call() {
        const AntForm& form = ant_forms[random_.below(std::size(ant_forms))];
        uintptr_t words[3] = {};
        size_t count = 0;
        for (const char kind : form.arguments) {
            words[count] = kind == 'w' ? random_.below(1'000'000) : ant_argument(kind);
            count += kind == 'w' ? 2 : 1;
        }
        last_ = form.call;
        if (rarely()) // none of the table's
            last_ = SystemCall{64 + random_.below(1u << 31)};
        const intptr_t result = enter_kernel(last_, words[0], words[1], words[2]);
        if (last_ == SystemCall::spawn && result > 0)
            child_ = static_cast<uint32_t>(result);
        if (last_ == SystemCall::ica_map && !is_error(result))
            spare_ = static_cast<uintptr_t>(result);
        return result;
    }

    const WorkerSettings& settings_;
    Random random_;
    Places places_;
    uint32_t self_;
    uint32_t child_ = 0;
    uintptr_t spare_ = 0;
    SystemCall last_ = SystemCall::yield;
};

} // namespace

int fuzz_worker(const WorkerSettings& settings) { return Worker(settings).run(); }

} // namespace ant
