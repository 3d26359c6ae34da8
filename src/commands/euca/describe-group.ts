// SPDX-License-Identifier: BSD-2-Clause
// The older name of euca-describe-groups.
export { default } from './describe-groups'
