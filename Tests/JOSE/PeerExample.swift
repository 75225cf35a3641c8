import VidimusJOSE

extension RFCExample {
    /// For the algorithms of which no RFC prints an example: compact JWS by joserfc 1.8.0 on
    /// pyca/cryptography, so that signing and verifying cannot agree on the same mistake.
    static let byPeer: [RFCExample] = [
        RFCExample(
            name: "HS384 by a peer", algorithm: .hs384, isReproducible: true,
            key: """
                {"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMD\
                EyMzQ1Njc4OTo7PD0-Pw"}
                """,
            compact: """
                eyJhbGciOiJIUzM4NCJ9.c2lnbmVkIGJ5IGEgcGVlcg._kYZsUwu-ZrlJL9saOD8HtNmf9eGyELsXxfUMwye\
                ictkByjqbRdjJl6p9Zlf4u7G
                """),
        RFCExample(
            name: "HS512 by a peer", algorithm: .hs512, isReproducible: true,
            key: """
                {"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMD\
                EyMzQ1Njc4OTo7PD0-Pw"}
                """,
            compact: """
                eyJhbGciOiJIUzUxMiJ9.c2lnbmVkIGJ5IGEgcGVlcg.FCs8KSgNWMq6FRlp5yNGm5DsJRmmPNhEmT4fPWCQ\
                yosUbwFMgem38zuk6DcGQnoLcoByqsru6ZJyMEV6JP0ciA
                """),
        RFCExample(
            name: "RS384 by a peer", algorithm: .rs384, isReproducible: true,
            key: all[1].key,
            compact: """
                eyJhbGciOiJSUzM4NCJ9.c2lnbmVkIGJ5IGEgcGVlcg.h8mHeS762DLVSfhXKcTBz48hUtiHwZ851X5E3gZR\
                YVMk9i_23ud3unAMT9vr4Blub9xCIsSnsPcssAByKSMjh3Pix04tvHLUhoZF6dUKE2S4Xmgy5zUddp8s0DNU\
                fCWoEbBqU1UCHtCH5xebtDdlCeFveMYK0sxeuWd8DGusDiFkQstKMKJf5gyEPMR_UCL5NCNerBW9zJHQEvT6\
                B662ce7MuOt2T4POV273p9HaTrmXxBruCWh2mCM5iPoe_NrHwMFvpbL0TwELXSyKwwTMd0hRHsob0gxK7SJC\
                -SOorTuy1OqIj6dd2qoiPS77utti0Ei1Otbt5vPONZ4_-RH_oA
                """),
        RFCExample(
            name: "RS512 by a peer", algorithm: .rs512, isReproducible: true,
            key: all[1].key,
            compact: """
                eyJhbGciOiJSUzUxMiJ9.c2lnbmVkIGJ5IGEgcGVlcg.l_IqTCZqrZhO0lW3kpS6DlXzIsSqT2DZAq7JPhpc\
                JNPC1wG4bFRI9BoF2CPnXN-NuGmYC28Tth0M6ADPVxJbAIHue_LWzp48w1d5hJMAeYfDjY5rZgUJVRupjaV1\
                5hydL2QK8aNtQ0VGLk6dmilN81GgJ6Hr8s4yAnyddVnX2Wx6pLvaZW-2OeEldASHqD8CpGECbpFyPd4bT_sW\
                VR3BrBcjK9sIjKe0N4fVNdVRA1m7MfBivcHTY8M3SET_px9vEHhAvHv406OtNuE9K2l7gReB3lm3Fkf65916\
                Ho5A59NphVmkzOR5sfEMk87JWq9n1wZWnBxDBYk2iFpIKeki-Q
                """),
        RFCExample(
            name: "PS256 by a peer", algorithm: .ps256, isReproducible: false,
            key: all[1].key,
            compact: """
                eyJhbGciOiJQUzI1NiJ9.c2lnbmVkIGJ5IGEgcGVlcg.fWaUsEmrWkBmtRVjyDRiHFFPjwwk8F_nZobOIG4X\
                EU1nNJdnkXzSSZ_RYvy3b0Be6Xi_dh6QakHaCojMu-lAxIsDLWHEVmFmKvamgKbpwa_uyCYCWJ6O65Z6Jxw9\
                0IuCfdI_NYe5kDXCutGjblKwndj-PmXhvFTW5afwXQhPvsz4IipBxnMssg4Df5Bxu9TIEZfy6jjFPtOywc7C\
                u83TE5kpOFJ-4ncgRnfuEhiHhZ66SqXr-Sv71cMHiGKHV6gnza8QXZfWP34fmmtfB-Ozg-vhuzJSR-zZ8wt1\
                Df-PKts_RkWe1e-A_1LXdh2uT8HgGzgzBmQpzOwEHfIVNiRc_A
                """),
        RFCExample(
            name: "PS512 by a peer", algorithm: .ps512, isReproducible: false,
            key: all[1].key,
            compact: """
                eyJhbGciOiJQUzUxMiJ9.c2lnbmVkIGJ5IGEgcGVlcg.KOBKbhj32rZKC7YXJWSN4U3-zXV9raoVXqQavSh9\
                zMfar2kcqFiqZwYoTRmsBmxVxQLBldAQk3cn-222vXaXjg9zKwUU0fYUxsnsPVy9HqAUknWUbT-FtyAH35Jd\
                rtyD0EwlRPebkT5_lUp1AuVl9MacS7kreeFm07EoONjkqEcNZ0b7PtShyw8S_gQ4UFEq99VngEqGQxUq-tRA\
                fTuV0fpTHH0qhpTvIVUyAqlAmUcYHF1u-E5oJpwUp7rFpLAEacHjbs9Y7l3KyxDTlrUMaw8NLEQUFIDFEE_R\
                fIUNnZiBDNTZ3Y7KpU2_E1Qr63EB41T-F-ci1ZfT8Oaz9xrB2Q
                """),
        RFCExample(
            name: "ES384 by a peer", algorithm: .es384, isReproducible: false,
            key: """
                {"kty":"EC","crv":"P-384","x":"vr3gdRh2D7Lw5wUkqqhBcUoVY5V-UBuJSBigEKMi5cShGVY6vAmRR\
                WOeqaHyWYNE","y":"YSgnFZoS1rGyOCKqpeTY-u8yQkqRDwQyFu1wYiJGb67YLq9DIWNgAaoNThNcY7oG",\
                "d":"Uj3DNC9QUAeLbIaD68l8coYh7xPpAEKiACVuTRQOL-APTo0eFPBhnXGM4QpqbM0h"}
                """,
            compact: """
                eyJhbGciOiJFUzM4NCJ9.c2lnbmVkIGJ5IGEgcGVlcg.Nadr2-IlKEdr8tbwh230RmkpAGK-yy56EMw6vBeA\
                dxNxL_r08zAdcOUoHF_RHVoT0yajet5R3H1XCriziJ1TPngLTLKGJK5iFZASoKb25BkvlEhXB2DlGiFTsoiF\
                ltm9
                """),
    ]
}
