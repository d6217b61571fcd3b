// SPDX-License-Identifier: GPL-2.0-only
// The edu driver without its system calls: which request the device works on, which wait, and what
// an interrupt means. The device does one thing at a time.
#ifndef ANT_SERVERS_EDU_SERVICE_H
#define ANT_SERVERS_EDU_SERVICE_H

#include <ant/abi/syscall.h>
#include <ant/lib/errno.h>
#include <ant/servers/edu/protocol.h>
#include <ant/servers/edu/registers.h>
#include <array>
#include <cstddef>
#include <optional>

namespace ant::edu {

struct Answer {
    uint32_t client;
    ant_message message;
};

/// Registers is Mmio<Register>, or a fake device in the unit tests.
template<typename Registers> class Service {
public:
    /// A client waits for its reply, so it has one request here at most.
    static constexpr size_t capacity = 64;

    explicit Service(Registers registers) : registers_(registers) {}

    [[nodiscard]] bool is_edu() const {
        return (registers_.read(Register::identification) & identification_mask) == identification;
    }

    /// A former driver may have left it at work; what is started meanwhile is not even heard.
    [[nodiscard]] bool is_busy() const {
        return (registers_.read(Register::status) & computing) != 0 ||
               (registers_.read(Register::dma_command) & dma_start) != 0;
    }

    /// Makes the device report by interrupts, and forgets what a former driver was told.
    void begin() {
        registers_.write(Register::status, interrupt_when_computed);
        registers_.write(Register::acknowledge, registers_.read(Register::interrupt_status));
    }

    /// Takes a request; the answer comes later, unless it is wrong.
    [[nodiscard]] std::optional<Answer> request(const ant_message& message);

    /// The device has interrupted: the answer that is ready now, if one is.
    [[nodiscard]] std::optional<Answer> interrupt();

private:
    struct Job {
        uint32_t client = 0;
        Operation operation{};
        uint32_t value = 0; // n, or bytes
        uint32_t address = 0;
    };

    /// The job, or minus an errno.
    [[nodiscard]] static int32_t check(const ant_message& message, Job& job);
    [[nodiscard]] static Answer make_answer(uint32_t client, int32_t result, uint32_t value = 0);
    [[nodiscard]] static Interrupt end_of(const Job& job) {
        return job.operation == Operation::factorial ? factorial_done : dma_done;
    }
    void start(const Job& job);

    Registers registers_;
    std::array<Job, capacity> jobs_ = {}; // a ring; the first one is the device's
    size_t first_ = 0;
    size_t count_ = 0;
};

template<typename Registers>
Answer Service<Registers>::make_answer(uint32_t client, int32_t result, uint32_t value) {
    Answer answer = {.client = client, .message = {}};
    answer.message.words[0] = static_cast<uint32_t>(result);
    answer.message.words[1] = value;
    return answer;
}

template<typename Registers>
int32_t Service<Registers>::check(const ant_message& message, Job& job) {
    job = {.client = message.sender,
           .operation = static_cast<Operation>(message.words[0]),
           .value = message.words[1],
           .address = 0};
    switch (job.operation) {
    case Operation::factorial:
        return job.value <= largest_factorial ? 0 : -ERANGE;
    case Operation::to_device:
    case Operation::from_device:
        if (message.area_count != 1 || message.areas[0].use != ANT_AREA_LEND || job.value == 0 ||
            job.value > message.areas[0].size || job.value > buffer_bytes)
            return -EINVAL;
        job.address = message.areas[0].address;
        return 0;
    default:
        return -ENOSYS;
    }
}

template<typename Registers>
std::optional<Answer> Service<Registers>::request(const ant_message& message) {
    Job job;
    const int32_t error = check(message, job);
    if (error != 0)
        return make_answer(message.sender, error);
    if (count_ == capacity)
        return make_answer(message.sender, -EAGAIN);
    jobs_[(first_ + count_++) % capacity] = job;
    if (count_ == 1)
        start(job);
    return std::nullopt;
}

template<typename Registers> void Service<Registers>::start(const Job& job) {
    if (job.operation == Operation::factorial) {
        registers_.write(Register::factorial, job.value);
        return;
    }
    const bool to_device = job.operation == Operation::to_device;
    registers_.write(Register::dma_source, to_device ? job.address : buffer_address);
    registers_.write(Register::dma_destination, to_device ? buffer_address : job.address);
    registers_.write(Register::dma_count, job.value);
    registers_.write(Register::dma_command,
                     dma_start | dma_interrupt | (to_device ? 0u : dma_from_device));
}

template<typename Registers> std::optional<Answer> Service<Registers>::interrupt() {
    const uint32_t status = registers_.read(Register::interrupt_status);
    registers_.write(Register::acknowledge, status);
    if (count_ == 0 || (status & end_of(jobs_[first_])) == 0)
        return std::nullopt; // what a former driver had started
    const Job job = jobs_[first_];
    const uint32_t value =
        job.operation == Operation::factorial ? registers_.read(Register::factorial) : 0;
    first_ = (first_ + 1) % capacity;
    count_--;
    if (count_ > 0)
        start(jobs_[first_]);
    return make_answer(job.client, 0, value);
}

} // namespace ant::edu

#endif
