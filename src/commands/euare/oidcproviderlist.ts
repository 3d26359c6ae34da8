// SPDX-License-Identifier: BSD-2-Clause
import { euare } from '../../cli/suites'
import { arnLines } from '../../rows/plain'

export default euare.command({
  summary: 'List OpenID Connect providers',
  options: {},
  call: iam => iam.listOpenIDConnectProviders(),
  rows: ({ OpenIDConnectProviderList }) => arnLines(OpenIDConnectProviderList),
})
