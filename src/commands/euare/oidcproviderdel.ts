// SPDX-License-Identifier: BSD-2-Clause
import { provider } from '../../cli/euare/names'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Delete an OpenID Connect provider',
  options: { ...provider },
  call: (iam, { provider }) => iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: provider }),
})
