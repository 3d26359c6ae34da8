// SPDX-License-Identifier: BSD-2-Clause
export const cloudformationTables = {}
