// SPDX-License-Identifier: GPL-2.0-only
// Around main(): the constructors of globals before it, their destructors and atexit()'s functions
// behind it, to the end of the process.
#include <ant/lib/process.h>
#include <ant/lib/stdlib.h>
#include <cstdlib>

int main(int argc, char** argv);

namespace {

struct AtExit {
    void (*function)(void*);
    void* argument;
    AtExit* next;
};

constinit AtExit* last_at_exit = nullptr;

} // namespace

extern "C" {

// program.ld
extern void (*const ant_program_constructors[])();
extern void (*const ant_program_constructors_end[])();

void* __dso_handle = nullptr;

int __cxa_atexit(void (*function)(void*), void* argument, void*) noexcept {
    auto* entry = static_cast<AtExit*>(ant::malloc(sizeof(AtExit)));
    if (entry == nullptr)
        return -1;
    *entry = {function, argument, last_at_exit};
    last_at_exit = entry;
    return 0;
}

int atexit(void (*function)()) noexcept {
    return __cxa_atexit([](void* f) { reinterpret_cast<void (*)()>(f)(); },
                        reinterpret_cast<void*>(function), nullptr);
}

void exit(int status) noexcept {
    while (last_at_exit != nullptr) {
        const AtExit entry = *last_at_exit;
        last_at_exit = entry.next;
        entry.function(entry.argument);
    }
    ant::exit(status);
}

void _exit(int status) { ant::exit(status); }

void abort() noexcept { ant::exit(128 + 6); } // SIGABRT's status

void ant_program_start(int argc, char** argv) {
    for (auto* constructor = ant_program_constructors; constructor != ant_program_constructors_end;
         constructor++)
        (*constructor)();
    exit(main(argc, argv));
}

} // extern "C"
