// SPDX-License-Identifier: GPL-2.0-only
// Reading a word of AnT's memory.
#pragma once

namespace antlinux {

// AnT stores the word at any time; what AnT stored before it is seen, too (acquire).
template<typename T> T load(const T& word) { return __atomic_load_n(&word, __ATOMIC_ACQUIRE); }

} // namespace antlinux
