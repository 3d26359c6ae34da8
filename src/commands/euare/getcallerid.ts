// SPDX-License-Identifier: BSD-2-Clause
import { sts } from '../../cli/suites'
import { byBytes } from '../../rows/cell'

/** `UserId` → `user-id`. */
const dashed = (name: string): string => name.replace(/(?<=.)([A-Z])/g, '-$1').toLowerCase()

export default sts.command({
  summary: 'Show who you are to the cloud',
  options: {},
  call: async (sts, _, context) => {
    const { accessKeyId } = (await context.settings()).credentials()
    return { KeyId: accessKeyId, ...(await sts.getCallerIdentity({})) }
  },
  rows: identity =>
    Object.entries(identity)
      .filter(([, value]) => value)
      .map(([name, value]) => `${dashed(name)} = ${value}`)
      .sort(byBytes),
})
