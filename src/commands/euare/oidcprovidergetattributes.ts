// SPDX-License-Identifier: BSD-2-Clause
import { provider } from '../../cli/euare/names'
import { euare } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: "Show an OpenID Connect provider's URL, thumbprints and client IDs",
  options: { ...provider },
  call: (iam, { provider }) => iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: provider }),
  rows: ({ Url, ThumbprintList = [], ClientIDList = [] }) => [
    `url ${plain(Url)}`,
    ...ThumbprintList.map(thumbprint => `thumbprint ${thumbprint}`),
    ...ClientIDList.map(client => `client-id ${client}`),
  ],
})
