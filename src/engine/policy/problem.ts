// SPDX-License-Identifier: BSD-2-Clause

/** What is wrong with a policy document, in words for whoever wrote it. Each service refuses it with its own code. */
export class PolicyProblem extends Error {}

export const problem = (message: string): never => {
  throw new PolicyProblem(message)
}
