// SPDX-License-Identifier: GPL-2.0-only
// The console server without its system calls: what was typed, who waits for it, Ctrl-C.
//
// What is typed while nobody reads stays as it came, and is not shown: only its reader decides
// whether it is edited here and echoed (a program that reads lines) or not (antsh has a line editor
// of its own). Ctrl-C overtakes all that was typed before it.
#ifndef ANT_SERVERS_CONSOLE_TERMINAL_H
#define ANT_SERVERS_CONSOLE_TERMINAL_H

#include <algorithm>
#include <ant/lib/string.h>
#include <ant/servers/console/line_discipline.h>
#include <array>
#include <cstdint>

namespace ant::console {

/// A process that waits for input.
struct Reader {
    uint32_t client;
    uint32_t address; // of the area that it has lent; 0: the reply's words take the bytes
    uint32_t bytes;   // that it takes at most
    bool wants_lines; // edited here; else keys
};

/// Port is the server's way to the kernel, or a fake one in the unit tests. It is the Sink of what
/// the screen shows, and has
///     bool end_owner()                               console_interrupt(1)
///     void next_owner_lives()                        console_interrupt(0)
///     bool deliver(const Reader&, std::string_view)  replies; false: the client waits no longer
template<typename Port> class Terminal {
public:
    static constexpr size_t max_readers = 64;
    /// Bytes that are kept until somebody reads; more is lost, except Ctrl-C.
    static constexpr size_t typed_ahead = 4096;

    explicit Terminal(Port& port) : port_(port), discipline_(port) {}

    /// The process waits for input. False: too many do.
    [[nodiscard]] bool read(const Reader& reader);

    /// Came in on the port.
    void input(std::string_view bytes);

    /// The process has ended: it waits no longer.
    void forget(uint32_t client);

private:
    static constexpr char interrupt_key = '\x03'; // Ctrl-C

    void interrupt();
    void serve();
    bool serve_first();
    bool complete_line();
    [[nodiscard]] std::string_view keys_up_to_enter() const;
    void drop_line();
    void remove_reader(size_t index);
    void push(char byte) {
        if (typed_count_ < typed_ahead)
            typed_[typed_count_++] = byte;
    }
    void drop_typed(size_t count) {
        typed_count_ -= count;
        memmove(typed_.data(), typed_.data() + count, typed_count_);
    }

    Port& port_;
    LineDiscipline discipline_;
    bool line_is_complete_ = false; // the discipline's line, ...
    size_t line_given_ = 0;         // ... of which so much has been read
    bool interrupt_is_due_ = false; // Ctrl-C came while nobody read, and nobody has since
    std::array<char, typed_ahead> typed_ = {};
    size_t typed_count_ = 0;
    std::array<Reader, max_readers> readers_ = {}; // first come, first served
    size_t reader_count_ = 0;
};

template<typename Port> bool Terminal<Port>::read(const Reader& reader) {
    if (reader_count_ == max_readers)
        return false;
    readers_[reader_count_++] = reader;
    serve();
    return true;
}

template<typename Port> void Terminal<Port>::input(std::string_view bytes) {
    for (const char byte : bytes) {
        if (byte == interrupt_key) {
            serve(); // whoever is about to be ended takes along what it was given before
            interrupt();
        } else {
            push(byte);
        }
    }
    serve();
}

template<typename Port> void Terminal<Port>::interrupt() {
    // The owner may just be ending by itself, or there is none between two programs of a line: so
    // its next ones are meant, too, until the shell reads on.
    interrupt_is_due_ = true;
    if (port_.end_owner()) {
        port_.write("^C\n");
        drop_line();
    } else {
        push(interrupt_key); // the shell's, or of a program that it does not wait for
    }
    if (reader_count_ > 0) {
        port_.next_owner_lives();
        interrupt_is_due_ = false;
    }
}

template<typename Port> void Terminal<Port>::forget(uint32_t client) {
    for (size_t i = 0; i < reader_count_; i++) {
        if (readers_[i].client != client)
            continue;
        // What it has lent is free when it gets an answer, although it hears none.
        static_cast<void>(port_.deliver(readers_[i], {}));
        remove_reader(i--);
    }
    serve();
}

template<typename Port> void Terminal<Port>::remove_reader(size_t index) {
    for (size_t i = index; i + 1 < reader_count_; i++)
        readers_[i] = readers_[i + 1];
    reader_count_--;
}

template<typename Port> void Terminal<Port>::drop_line() {
    discipline_.clear();
    line_is_complete_ = false;
    line_given_ = 0;
}

/// Lets the discipline have what was typed until it has a line.
template<typename Port> bool Terminal<Port>::complete_line() {
    size_t used = 0;
    while (!line_is_complete_ && used < typed_count_) {
        const char byte = typed_[used++];
        if (byte == interrupt_key) {
            port_.write("^C\n");
            drop_line();
        } else {
            line_is_complete_ = discipline_.key(byte);
        }
    }
    drop_typed(used);
    return line_is_complete_;
}

/// False: there is nothing for the first reader yet.
template<typename Port> bool Terminal<Port>::serve_first() {
    const Reader reader = readers_[0];
    // Who reads keys gets, too, what was typed for a reader of lines who is gone; but no end.
    if (!reader.wants_lines && discipline_.line().empty())
        drop_line();
    const bool from_line = reader.wants_lines ? complete_line() : !discipline_.line().empty();
    if (!from_line && (reader.wants_lines || typed_count_ == 0))
        return false;
    const std::string_view all =
        from_line ? discipline_.line().substr(line_given_) : keys_up_to_enter();
    const std::string_view given = all.substr(0, reader.bytes);
    remove_reader(0);
    if (!port_.deliver(reader, given))
        return true; // the next one gets it
    if (!from_line) {
        drop_typed(given.size());
    } else {
        line_given_ += given.size();
        if (given.size() == all.size())
            drop_line();
    }
    return true;
}

/// What is behind Enter may be for the program that the line starts.
template<typename Port> std::string_view Terminal<Port>::keys_up_to_enter() const {
    const std::string_view typed = {typed_.data(), typed_count_};
    const size_t enter = typed.find_first_of("\r\n");
    if (enter == std::string_view::npos)
        return typed;
    const bool is_pair = typed.substr(enter).starts_with("\r\n");
    return typed.substr(0, enter + (is_pair ? 2 : 1));
}

template<typename Port> void Terminal<Port>::serve() {
    if (reader_count_ == 0)
        return;
    while (reader_count_ > 0 && serve_first()) {
    }
    if (interrupt_is_due_ && typed_count_ == 0) {
        port_.next_owner_lives();
        interrupt_is_due_ = false;
    }
}

} // namespace ant::console

#endif
