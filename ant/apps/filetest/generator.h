// SPDX-License-Identifier: GPL-2.0-only
// Random operations that mostly make sense: on files that are open, near their ends.
#ifndef ANT_APPS_FILETEST_GENERATOR_H
#define ANT_APPS_FILETEST_GENERATOR_H

#include "model.h"

namespace ant {

/// The next operation; what there is the model tells.
[[nodiscard]] Operation random_operation(Random& random, const Model& model);

} // namespace ant

#endif
