import Crypto
import Foundation
import Testing
import VidimusJOSE

@Suite("Encrypted tokens that RFCs print")
struct EncryptedExampleTests {
    @Test("RFC 7516 A.1: RSA-OAEP with A256GCM is decrypted once the caller names RSA-OAEP")
    func rsaOAEP() throws {
        let jwk = try JWK(JSON(text: Self.rsaKey))
        let token = try UnopenedToken(Self.rsaToken)
        let opened = try token.opened(by: DecryptionKey(jwk, algorithm: .rsaOAEP))
        #expect(opened.payload == "The true sign of intelligence is not knowledge but imagination.".bytes)
        #expect(
            refusal { try token.opened(by: DecryptionKey(jwk, algorithm: .rsaOAEP256)) }?.code
                == .algorithmMismatch)
        #expect(refusal { try DecryptionKey(jwk) }?.code == .invalidKey)
    }

    @Test("RFC 7516 A.2: RSA1_5 is refused by name, and so is a key for it")
    func rsa15() throws {
        let error = try #require(refusal { try UnopenedToken(Self.rsa15Token) })
        #expect(error.code == .unsupportedAlgorithm && error.reason.contains("RSA1_5"))
        let jwk = try JWK(JSON(text: Self.rsaKey).with(("alg", "RSA1_5")))
        #expect(refusal { try DecryptionKey(jwk) } == error)
        #expect(refusal { try EncryptionKey(jwk) } == error)
    }

    @Test("RFC 7516 A.3: A128KW with A128CBC-HS256 is decrypted, and made again byte for byte")
    func keyWrap() throws {
        let jwk = try JWK(["kty": "oct", "k": "GawgguFyGrWKav7AX4VKUg", "alg": "A128KW"])
        let opened = try UnopenedToken(Self.wrappedToken).opened(by: DecryptionKey(jwk))
        #expect(opened.payload == "Live long and prosper.".bytes)
        var seed = EncryptionSeed()
        seed.contentKey = [
            4, 211, 31, 197, 84, 157, 252, 254, 11, 100, 157, 250, 63, 170, 106, 206, 107, 124, 212, 45, 111,
            107, 9, 219, 200, 177, 0, 240, 143, 156, 44, 207,
        ]
        seed.iv = Base64URL.decode("AxY8DCtDaGlsbGljb3RoZQ")
        let again = try EncryptedToken.encrypt(
            opened.payload, header: [], compressed: false,
            with: EncryptionKey(jwk, encryption: .a128CBCHS256), seed: seed)
        #expect(again == Self.wrappedToken)
    }

    @Test("RFC 7518 C: the key that Alice and Bob agree on, with their names in it")
    func agreement() throws {
        let bob = try JWK([
            "kty": "EC", "crv": "P-256", "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
            "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
            "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw", "alg": "ECDH-ES",
        ])
        var seed = EncryptionSeed()
        seed.ephemeralKey = try JWK([
            "kty": "EC", "crv": "P-256", "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
            "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
            "d": "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo",
        ])
        let text = try EncryptedToken.encrypt(
            "x".bytes, header: [JSON.Member("apu", "QWxpY2U"), JSON.Member("apv", "Qm9i")],
            compressed: false, with: EncryptionKey(bob, encryption: .a128GCM), seed: seed)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 5)
        let part = { (index: Int) in try #require(Base64URL.decode(parts[index])) }
        // The key that the RFC prints at the end opens it.
        let key = try SymmetricKey(data: #require(Base64URL.decode("VqqN6vgjbSBcIijNcacQGg")))
        let box = try AES.GCM.SealedBox(
            nonce: AES.GCM.Nonce(data: part(2)), ciphertext: part(3), tag: part(4))
        #expect(Array(try AES.GCM.open(box, using: key, authenticating: parts[0].bytes)) == "x".bytes)
        #expect(try UnopenedToken(text).opened(by: DecryptionKey(bob)).payload == "x".bytes)
    }

    static let wrappedToken = """
        eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkD\
        THzBC2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04\
        DJvceFICbCVQ
        """

    static let rsaKey = """
        {"kty":"RSA","n":"oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUWcJoZmds2h7M70imE\
        VhRU5djINXtqllXI4DFqcI1DgjT9LewND8MW2Krf3Spsk_ZkoFnilakGygTwpZ3uesH-PFABNIUYpOiN15dsQRkgr0vE\
        hxN92i2asbOenSZeyaxziK72UwxrrKoExv6kc5twXTq4h-QChLOln0_mtUZwfsRaMStPs6mS6XrgxnxbWhojf663tuEQ\
        ueGC-FCMfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB_4NUJW_TqOQtwHYbxevoJArm-L5StowjzGy-_bq6Gw","e":"A\
        QAB","d":"kLdtIj6GbDks_ApCSTYQtelcNttlKiOyPzMrXHeI-yk1F7-kpDxY4-WY5NWV5KntaEeXS1j82E375xxhWM\
        HXyvjYecPT9fpwR_M9gV8n9Hrh2anTpTD93Dt62ypW3yDsJzBnTnrYu1iwWRgBKrEYY46qAZIrA2xAwnm2X7uGR1hghk\
        qDp0Vqj3kbSCz1XyfCs6_LehBwtxHIyh8Ripy40p24moOAbgxVw3rxT_vlt3UVe4WO3JkJOzlpUf-KTVI2Ptgm-dARxT\
        EtE-id-4OJr0h-K-VFs3VSndVTIznSxfyrj8ILL6MG_Uv8YAu7VILSB3lOW085-4qE3DzgrTjgyQ","p":"1r52Xk46c\
        -LsfB5P442p7atdPUrxQSy4mti_tZI3Mgf2EuFVbUoDBvaRQ-SWxkbkmoEzL7JXroSBjSrK3YIQgYdMgyAEPTPjXv_hI\
        2_1eTSPVZfzL0lffNn03IXqWF5MDFuoUYE0hzb2vhrlN_rKrbfDIwUbTrjjgieRbwC6Cl0","q":"wLb35x7hmQWZsWJ\
        mB_vle87ihgZ19S8lBEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx_8Fyw1YYa9XGrGnDew00J28cRUoeBB_jKI1oma\
        0Orv1T9aXIWxKwd4gvxFImOWr3QRL9KEBRzk2RatUBnmDZJTIAfwTs0g68UZHvtc","dp":"ZK-YwE7diUh0qR1tR7w8\
        WHtolDx3MZ_OTowiFvgfeQ3SiresXjm9gZ5KLhMXvo-uz-KUJWDxS5pFQ_M0evdo1dKiRTjVw_x4NyqyXPM5nULPkcpU\
        827rnpZzAJKpdhWAgqrXGKAECQH0Xt4taznjnd_zVpAmZZq60WPMBMfKcuE","dq":"Dq0gfgJ1DdFGXiLvQEZnuKEN0\
        UUmsJBxkjydc3j4ZYdBiMRAy86x0vHCjywcMlYYg4yoC4YZa9hNVcsjqA3FeiL19rk8g6Qn29Tt0cj8qqyFpz9vNDBUf\
        CAiJVeESOjJDZPYHdHY8v1b-o-Z2X5tvLx-TCekf7oxyeKDUqKWjis","qi":"VIMpMYbPf47dT1w_zDUXfPimsSegnM\
        OA1zTaX7aGk_8urY6R8-ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6flUK4SlOydB61gwanOsXGOAOv82cHq0E3eL4HrtZ\
        kUuKvnPrMnsUUFlfUdybVzxyjz9JF_XyaY14ardLSjf4L_FNY"}
        """

    static let rsaToken = """
        eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoT\
        CVJRgckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxI\
        p5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLz\
        fiwQyeyPGLBIO56YJ7eObdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6\
        UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EF\
        ShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ
        """

    static let rsa15Token = """
        eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1GyqlIKOK1\
        nN94nHPoltGRhWhw7Zx0-kFm1NJn8LE9XShH59_i8J0PH5ZZyNfGy2xGdULU7sHNF6Gp2vPLgNZ__deLKxGHZ7PcHALU\
        zoOegEI-8E66jX2E4zyJKx-YxzZIItRzC5hlRirb6Y5Cl_p-ko3YvkkysZIFNPccxRU7qve1WYPxqbb2Yw8kZqa2rMWI\
        5ng8OtvzlV7elprCbuPhcCdZ6XDP0_F8rkXds2vE4X-ncOIM8hAYHHi29NX0mcKiRaD0-D-ljQTP-cFPgwCp6X-nZZd9\
        OHBv-B3oWh2TbqmScqXMR4gp_A.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOG\
        Y.9hH0vgRfYgPnAHOd8stkvw
        """
}
