// SPDX-License-Identifier: GPL-2.0-only
// The ICA areas that go with a message: who may give what, and the page table entries that make it
// so. Every function runs on the core of the process whose page table it changes, for the current
// process (except for the ends of loans of a process that ends), and leaves no stale translation.
#pragma once

#include <cstdint>
#include <span>

#include "ant/base/address.h"
#include "ant/base/result.h"
#include "ant/core/process.h"

namespace ant {

// EFAULT: not the process's memory, or not for writing.
Result<ant_message> read_message(Process& process, VirtualAddress from);
// `to` is an address that read_message() has accepted, so it is writable.
void write_message(Process& process, VirtualAddress to, const ant_message& message);

std::span<const ant_area> areas_of(const ant_message& message);
bool lends_any(const ant_message& message);

enum class Direction : std::uint32_t { request, reply };

// May the process give these? Fills in their sizes. EINVAL, EBUSY as in ant/lib/server.h.
Result<void> check_areas(const Process& process, ant_message& message, Direction direction);

// Once checked: does it move memory of that range away?
bool moves_any_of(const ant_message& message, VirtualRange range);

// ---- The server and a request. It is about to get the areas:
bool needs_tables(const Process& server, const ant_message& request);
Result<void> make_tables(Process& server, const ant_message& request); // ENOMEM
// It gets them; bit n of the result: area n is its own now.
std::uint32_t accept_areas(Process& server, ProcessNumber client, const ant_message& request);
// A lent one is the client's again.
void return_area(Process& server, ProcessNumber client, const ant_area& area);
// The same for all areas of a client that no longer waits for its reply.
void return_abandoned_areas(Process& server, ProcessNumber client);
// Moves the areas of a reply.
void pass_areas(Process& server, ProcessNumber client, const ant_message& reply);

// ---- The client, when its call is over.
void give_up_areas(Process& client, const ant_message& request, std::uint32_t moved);
// ENOMEM: no page tables for them; then they are freed.
Result<void> receive_areas(Process& client, const ant_message& reply);

} // namespace ant
