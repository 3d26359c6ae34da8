// SPDX-License-Identifier: BSD-2-Clause
// Names and paths of what an account holds (engine-iam-elb, part 1 §3).
import { refuse } from '../errors'

const nameForm = /^[\w+=,.@-]+$/
// A slash, or printable ASCII between two slashes.
const pathForm = /^\/([\x21-\x7e]*\/)?$/
const longestPath = 512

/** A name that came with a request, when it is one; `what` is `role`, `instance profile`, … */
export const checkEntityName = (what: string, name: string | undefined, longest: number): string => {
  if (!name) return refuse('InvalidName', `Empty ${what} name`)
  if (name.length > longest || !nameForm.test(name)) refuse('ValidationError', `Invalid ${what} name ${name}`)
  return name
}

/** A path with its slashes: a missing one is `/`, and one without its last slash is given it. `what` is as above, or `new`. */
export const pathGiven = (path: string | undefined, what?: string): string => {
  if (!path) return '/'
  const whole = path.endsWith('/') ? path : `${path}/`
  // Whoever shows a path as one of a file system must not be led out of his own.
  const climbs = whole.split('/').some(step => step === '..')
  if (whole.length > longestPath || !pathForm.test(whole) || climbs) {
    refuse('ValidationError', what ? `Invalid ${what} path ${path}` : `Path ${path} is invalid.`)
  }
  return whole
}
