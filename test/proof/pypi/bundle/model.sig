{
  "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
  "verificationMaterial": {
    "publicKey": {
      "hint": "0bb1670011ef9782304a781845dbea989f56c8003d01536b09c37d42fc0d2987"
    },
    "tlogEntries": []
  },
  "dsseEnvelope": {
    "payload": "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbeyJuYW1lIjoiZmxpZ2h0cyIsImRpZ2VzdCI6eyJzaGEyNTYiOiIxY2M0ZWI0MmMyYmYxYTU4ZjVjZDcwMzU4OGI5MzVlZTUxZTViZTdjNjZiOTVhMTYxZGU1ZDc0ZGFiMzJmY2Y0In19XSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vbW9kZWxfc2lnbmluZy9zaWduYXR1cmUvdjEuMCIsInByZWRpY2F0ZSI6eyJzZXJpYWxpemF0aW9uIjp7Im1ldGhvZCI6ImZpbGVzIiwiaGFzaF90eXBlIjoic2hhMjU2IiwiYWxsb3dfc3ltbGlua3MiOmZhbHNlLCJpZ25vcmVfcGF0aHMiOltdfSwicmVzb3VyY2VzIjpbeyJuYW1lIjoibW9kZWwub25ueCIsImFsZ29yaXRobSI6InNoYTI1NiIsImRpZ2VzdCI6IjE5NmY2OWFhYjUyZTcyYThhODMwYzI1ZmI5ZTA0MTJlNGMwNGRhMTc2NTA1MWU2YWE2MTk4Nzc0MjJiMzRjNzIifV19fQ==",
    "payloadType": "application/vnd.in-toto+json",
    "signatures": [
      {
        "sig": "MEQCIE95R8AynSm2F4OP9yNRaxRTceYq/yHaF4MoEg/fQzteAiB3GHEjFD6klYCVnZoO3PTQOS+T1bhiAX39LqCNE6Aj1Q==",
        "keyid": ""
      }
    ]
  }
}
