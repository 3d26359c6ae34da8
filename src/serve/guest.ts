// SPDX-License-Identifier: BSD-2-Clause
// What a process of the data plane is, started by the server or by a guest.
export { runPart } from '../plane/guests/guest/run'
