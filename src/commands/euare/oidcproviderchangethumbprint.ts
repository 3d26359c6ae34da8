// SPDX-License-Identifier: BSD-2-Clause
import { provider } from '../../cli/euare/names'
import { thumbprintsOf } from '../../cli/euare/provider'
import { append } from '../../cli/options'
import { euare } from '../../cli/suites'
import { required } from '../../rows/plain'

export default euare.command({
  summary: "Replace an OpenID Connect provider's thumbprints",
  description:
    'Without -t the provider is asked for its certificate, and the fingerprint of that is the thumbprint.',
  options: {
    ...provider,
    thumbprints: append('-t --thumbprint', {
      metavar: 'HEX',
      help: "SHA-1 fingerprint of the provider's certificate; may be given more than once (default: ask the provider)",
    }),
  },
  call: async (iam, { provider: OpenIDConnectProviderArn, thumbprints }, context) => {
    // A provider's URL comes without its scheme.
    const url = async () => {
      const { Url } = await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn })
      return `https://${required(Url, 'Url')}`
    }
    const ThumbprintList = await thumbprintsOf(thumbprints, url, context)
    return iam.updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn, ThumbprintList })
  },
})
