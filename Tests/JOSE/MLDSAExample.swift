import VidimusJOSE

extension RFCExample {
    /// ML-DSA-65 (RFC 9964): a compact JWS by jwcrypto 1.6.1 on pyca/cryptography; the seed is 0, 1, … 31.
    static let mlDSA65 = RFCExample(
        name: "ML-DSA-65 by a peer", algorithm: .mlDSA65, isReproducible: false,
        key: """
            {"kty":"AKP","alg":"ML-DSA-65","pub":"SGg9kZeOMes93biwRzSC0riKX2JZSf2PWKVh5pa9TCfQWzjbsu3wHmZO_Y\
            G-HqiTaIzmiqLVHFlY-LvG606J7mfSwDIJVNVyEsrHIp_x1urwOSi9UVEfjYjYR3NsfeJzDVl45UEHExYJeIZ3Eb9VOaC_xM\
            NQwr5XK68O4uL7Fsz-oIAo2ZrEmuu3WTfdzhEc2rYv_zzqi6IjPR5W-8XFoecm3mP63SrwFrEZF3-j2XGi2Sdxc_zlW2d0Wv\
            C3wh1Zfb65Pmoy80HEmlqL6eglCI0fKqRRVdbIrhU2fk6wA7j994UQcZSXOfn_8JAj6vRRBNKoSkWQbu1GcaRNwo0nmHu1Xf\
            aenoVh9hqApyaZUDhl_tm37nKo4XoZxAgUT0spr-9wMcOm2FcWELQsn0ISRaiPGX4WgSsDEVm2W5aH5bPpNMUiWumKebpz0r\
            OZ1zUQ7_rRnlO4RQ8LqPzhAS_ZjSYKdKqqE_riSaAGscNPW6C4gvJjeCIvs28ig8JD8P_rXxu0FKCnDVXj1ApWtsvIiuHwO3\
            sogtmN7qKOFFyd7f2OrxzvLtlKiwUPiWT0bR6g0MKkPg3aYYKtv09u0XW2dCJXhZvyLzpBfs8fnYkxe15TnVh68WueExPgRR\
            T_pkuos_8rgyH4gRyz-wIsj2ROcKS4Ci-_7mBKu3N5CR6o5sXHTfwCg2ZrQMB5OHACggShNr9dqVaOt5jTSQOL2wwR4DRF54\
            R8tQacdc8orGAcd5nZWCEN28siblGv758d5HsHOHPW0_l0Vr7eCFCC50opiyzUj0swkxVfNmyPpgHGr4WN-jLAhJGyopiH-Q\
            M1lJpdbtqmeYgqOpXWv22XCiIfS509jL84SvgarJXisylOBHiayDcnpdwEVZ-Wr0HYoFNRb-7uvFJ0brarKBngkQhxDYNfAR\
            -mMGWHKtM01c3_srIxBQfpL8mTrjF9qX9PMJza8PZ-2Z2QIVV2CDhJ-VOyRtf-2z_bZ2eYUKWtQE5kFH-3z09q7d0Fr7S4NJ\
            aNH-iAFJYNzl2UIjZSbhKkeNaeX75pcDELMIwGhFAYz8eyq0MKE6axrHuwLMy7PZEawvEQaGE_vgKb_c4Cz1zTiVDtcsg5RO\
            37x1YVr4f4ZMBR88VUVsVBKGOkDAbR2rVivf8FcbjTw5F7vTAIgLul6Zgjm5X6kbfWQW1POYs6280wmD7TWStNnvfUI2_QD1\
            DZiqU6I1rEFycg932WFyZymAz-j_elpwJ4PtwroxsiWQFaES_H9GipwvlGQDkALTDvZ4tMt5i8EWIWv3qafBi6A7e1j9B1Fd\
            MRUEnTYUvnoH50QwB1DfHSxYdTOJBZ6vw9eFzN0xwHZIvtwDpcO4rUbQZNWcE9VzdHKfxOKVNi4qUZEgRTBCi8FSKvoo_1_h\
            ZV4wTKW8jCetDgxqOd1N8olWwUs4zJNoLO_kArvV6C0pxGTkTrXTe0j8Vo3-DMbo4WuuoF5RNVkPGSlOc-g2ewIW27gVAwud\
            5VkT8IA5xCNRxZ5VFd1a-OCJoV5iXo9t7mOThsRkl9eiYyiHdN5YGn3pYptBtEJBQfl4-4MxII797DxuDeObxXBj89zWxHA3\
            PAiJHqKcvHzG1kg7iIkIOs6GqntRscLP5uKtGNl842-8VupC-ul-anrBFIZEeMNm3x67HnsRqQmFBP1Zdb3x9J3HAAK2PBc5\
            qdJj-61Ac_ap9sK4r0tMMyoQOgz_pd7rLQYso8IV_TYAJr58UWT0pEJO90lIgE1m9GSHcyyCAseVR4ZHtOpx1ifAhgJMyjVK\
            QfCHezjxmzd0rSCVyNpTsGniHHauLSAH4WcZ7UAIDTNPfaUun1pZkEOcrwg6lbgz8CrRCgjBptDyYMAHKFvUovR3A6Wu9GUo\
            fSU7GKwiUUMWIQ_1ZoFLEPh6KT1vGZ08OVmZDQwSaLT1DV-fzvu_I3vQwouAGC1mWXQfFPEL-7IbuhKrYgqiOW9WwGhrTqkB\
            eZAiQhay_orXbEqRSO75qGo2Naaqd7wdz7b7pZp339qbdTDcDKhkjI2XNzjgG6uPCLSQXoSqRkG9YCQQzZdSAmXy8jHys14V\
            6y-gTSvZTVp3q68eDhYQEKmQCH9bRuqYiyvAUS_aD6kj2t1sRcUwHQlINnMmW1qy4Q9LpSD2u61WSlw9Xie9sID30g4TKWox\
            gZVMOcZJyUPr4X31wfeq4Kj-EmxHdYWl1NZIoNAItq9ejNMb5pqSltTz_SXthvIh5Lk_ZfWSmWdTNiS5I1dQwwcHVQtYU20Q\
            mnExxaW75KVxVWfBJTSux2YHYe67n64okcd0WJuA5WatVX3e9zZxlrcifqmHDvCd3-x51rkxmmh5tSBddr96ulrPM6-1nRf8\
            VOaDg9a-Wgjptm2lPc3gCLspS4WCvRMs3MSZWf28IeUnIYgMitA1LHnwOkO72ExM39xsUpAF4efNmjSacWijVWm6XeqBiWjV\
            qRRmvW5k4gv2JBcZivxOgcKN137UAoIyOYtS-96GvIT0dbkBZxDOKqvBGga026yQHsFs82XKPy1TgTlIppOg-T55xGyl1abc\
            o9KMpQrRi9E_ylUFndmxhfefnEcZak6BshBLxGCgUeAvLoRE8","priv":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaG\
            xwdHh8"}
            """,
        compact: """
            eyJhbGciOiAiTUwtRFNBLTY1In0.c2lnbmVkIGJ5IGEgcGVlcg.rYnCeEt5xq_SIF85VXdYSAr8gEgCgeKy_tsksHSt9qCOK\
            JKyZPjrqvWXNhTDkfEk578KsWBouy-Miup0OQYbAFEgoApNtnp4qqvpMd7ymVn_XQ8tZ-b6IkY5VP8kB0x7R9Osh51hqUGEH\
            uHiSzcU6HGyiLBazCYATnKOtC2ZKB1vW3a4FcqrDIjDqhWQ8aVOtyxMYEphHU31IR5RCGqc2zjprMWvZ8LskIpSnb7cpQaiF\
            OSPPmH_kP1q5DW1VNCjp5BRaKI_a7bhu5hoNBPVUMhpFnO46Sg1Ae8d7LRjjpSahkzdCzUyR7uxrWOu7c1TRWgVDJrM8QdFv\
            FDwZX0fG9O6Gk4vfupPzEjFuSZ5w2GecF_jO7w5hFAe7Jp1DkvFjoZKOdJZgvEqYJOjN7yByCKb1Zq1UYEjWltp8ablJivcr\
            G6yJ3t-MMkx7_NvQjwDJQF6L6LyGz57lEIAT4y4zkH9zrSPdOIq1I4D2xTN1TcEyLNus_iaPQHtMWbf7ZQYV6uiYbH9h-ZzO\
            gqtDiOoS_h3REdfCD78Vjhlo1yK92zxhS9HdaYyTBAzysuv1vfJ4_Z8Yrv7lcjKUrKW64tF4o4Qfs7daRExaJ5QCtpda58eJ\
            K4z9kEAy693NyXh5bCfPRS9PHpHw8pGTd3Vc9RjKP4Otkx2kM2rhedqGrhKoMj4AfE2pvamWWsPsi-F0ZqhVuAx8d9bpTfnm\
            _tNGkFkhjb1touwlsMzdanC3YvnrxfXchZEFEcTew5Oo4mIjBUppbOxMVZbN84eHWBrkchYDHo-7KlNfVNuEaBWOInnCxREY\
            LoNaRfJ1Fc2ZqTvtzPNYhSmhxn41bUSTjKRajtxbtSGXxHPUENPfUvV-CgkwPx3_iEvfALoVb4D5EuBKmRbqrQURu_F5XxXk\
            uc_3Pp43HY4riGPoZpF7kncB1gW2dqrSfFrKwlUgdufxXKq6CJuNuJFVXdn49EGeUhDGbfJULbyZEuTlGc9Jw44BGAxAzKz1\
            W4jpY96UGnrI-4UAxOlv37Hpc-NAn-w6dBMbW81PVEL1I78pN4sE_LYDpcde61m7LZgHkFEGTFCeLZYbTp--2oz6nCQifIzL\
            yYEcr2TZqzNudPl5y5Zo_VJEjhAU947lvIn7u1znd7deCY0ErHWaDy0th1NeZs1RzmgXMC4WIpOFG_FBN6zXLe9CpO_P6Tfx\
            xFTLB4I3GYAaxyDEOLdJgYVbOFDCr9Rd94oYTbrHVqkPJII9U5R0pj_d-gqwXZdFZ9vucJHrf2CmhQjO9LQdjPRuBMzgzpgh\
            NGLFeygoMSFpz__t6IRh1durCWgI5ey2fCaqQGMteBF0uAcze4tnghjQ73nFviH-mDZpsTn5g_PO-cFyv6vNI8o9AFb7j-Q5\
            XXuE-ROtBfKdL7kDPZihdid0iEb-0H5dHh1yH9AQnzsdjSxaadnm1WUZiTB-loDSmvol8j-jXCOD2nuoiLky4BIXyxQhk-MP\
            QMaMbsh8ojWv1xA0lDOGxlJ-BNEeU5hpYNaeeS9BwkEZNCz1P4_cY6dpGrBtJGkfULvPhVBCDqKPDANLF_wW2wS6xPNIdej1\
            dEfbTkc00PHUYUmpAC3uwSIOqV2w8XS4RlNsr0AarzHkFSvmTkH3Pp0RvOsnw95yf_WlByfhY8lGmDZTC6BGgMhlwnflLj_g\
            1pF95krjEAWIyCHxhtBTzo93cD-duG_C3kiHxjPysh9YLwEkJ2WMdiGeRjUfd3D281hSWcQCklORIpT63Fx12gFL3mda2QLx\
            k9atooavIBz0rZ2nblDoCdGRca3EyfDW38CWxLvHo-L1IEQdxvB3a4xGW4FkbSzZerYbZ28NWJfsQb3F_ulVZeF0c5UA_YK5\
            cGbahAhTX-jYjFwHt-VFgwWSvse4_L9lqefSmVJ500kVukskv_UNzRZ7L5NXfsbv4kZg8ijLL29pzJGWj1Ybu1Ht-x6uVIM5\
            b6SLOkZ8bLWeV4Ybylb63eNm-t_B0OYh6ly9v72CSEluLSPj_elo48d6JQuLM1hgmbQkqT1fTArlcAod3iDQLcargs7FtlpM\
            zcj_7KuBlRMsMMGgNr0V2YRxJcfLcszNLI7APCcygLRgf1nQtGqrUEzPGXd4odqAfvgp0NrEpEJD8gk3HaRYF178l11-Fbsh\
            mKX3g4yoaVNuF_lyMSrAN3yXI7jjGVkUL5Zfi81UiZvzuW0BGutpHcBm8mL_FZBdHphYYi9yT9DwXYhHCJsoBEPa4_fgjgUY\
            wUz4wrKf0mYDKV319KdQLsZi_pcb6OS4IifUQ7nFG9aaaSjoHI3xMVXwp-COLfOvf5rZH6vQ2O4zMMi9wGxuABOM9P908A1S\
            XKw7GvRY5AALXOQJFouTqrxu-N5njqcl9zu9NSaGc1bw3eb6hFxmjo5VpjZfA6LnxGHVdcNdGBA0gbHHv6hrUmoMaW8_nIHX\
            b8WzdwdiL6zjAZpUqbh0o2qZ3O9dqHEUPoNwGU0DEPABOb5m3xVEi2fe858DbGV-KHstlmjPguqHlwvIHKIrGfFrstJAvq-m\
            1DsdvCAFIwuIX6hRJEnXes7OVxW7Vn4RD2raPnkE3lwsaKNSxCz8QNsXjyTGZRn0kgScO3611hAP-oWqmlgY2oykV8B3XXob\
            2xjb79USFDS4tcx2-N31pjGDgtmSxpS8012Z3RQxjb_gPT9oHD2ecc0nEXYIDHYGnwgbtagTWM-JDFVQB6UIG2QOIFrFAqVX\
            d6qzFGKJJSZ3uO_pLfJ1lklvGNygBdluazFL2j1-yHd3IdqcYPI20LyMcw5VEg5frqn2MZNCgob_IkbBYOjli9WL4AKQGgF_\
            EOFd3Go19HOxljAXujDVI_CHqmCBiZ1a2hmd0OwplqMNzp83ERxk3NX4rYAqRQvBKW3ZPGstcyQcDiCRcsQg2fdrgydXj0cZ\
            AcwKMrzKjHdhpQjSrub20NWQW7o3k0wciXU4OelZTLU3mkDDHO2mNILhi7qCA-HCwsLPcwfGduTW_8qVfRcydA2hkoUT4qlr\
            hcbMYpVTc7jNpj0nTfsuKmKTqmX934TD6ejowvQzozN5dTxdObcwIg4yfJsxpXNdaSxatW3MKIs7Ff_dziNEZufyqra7iH9H\
            QPH0fjMbWXTkRFP_6tI69wbipRxXzG4RVjI3-MCMz28uB0dan57B0p8U5XfN8lIGQ9WnDk9alGAVfOkgRvNUw0tTZH_L3l_L\
            i57_Zmta_b7O6ibOlKuvgPvcAIKhXCpfhnKc_wfUTfHozrFzlupAz9RV8kVaXuBsKrJzkxndBpjpMsgvGNbxdi7VAFAwfXPb\
            7t8TxvH8VeFsiCZCiNJesPYAV5xV1rGbMxE_jIYAzFhRBkhWRI8KrtKBHnJPyvV_tjPzbmaFOFN5kuz9FnBUR9VsiGgrmjO8\
            HylmHv9UXxbG7N3ju_Qx4MFNH1f7ptRGQo7pVODxsvWDLBWKwTfXXgkzLEZ29WKFx7CFPCMcKJZIikqS6jO__Ez0hzC-IgZ6\
            mqgiXASyWBsEiyXYqzF435ezMaw5YaHhZu4nSDjM_Yge4JxImnZJ32cVNaBS6xpq98zoSTeUaOvMmH90zBMgF2-Hwnubgpba\
            _kDo-QweWA7LSAwxT74D7uMFwf7NeSWSyULmkGkFRRClvV_c5o55cKo4MKdC0pqDocAJbgnZ0Yxbk4V2Ml1HPgtW3rJEc4Ka\
            RpXBqKmgYdq00X8UbuS1dhb3liOVSxUx4Coud4bh1Fg8Mvv0xjR5wAIfiZSuv8yKFILE-tsf7PHwCA70MEXOM99R2IhQ5BcE\
            BPUHeIKlcAg57oew86Rzq6UXkQW9TTp00oryu9eo778Jbzt4vVy0Xj6VaWdMetS2L8Nl-x3p-XpfVaegj3C2g2DaPbk_ffsk\
            nFedkqcY1Nw7YfXfYz9tqlaheX_6Yit6I4Agu6VuCwYDtRgDAH69zyT3_RDFG4qXVGQ1ahrKYiC37siu06ui9q0Urcc8C-ML\
            8KO6wfEWBdmX3Sfr5Xf-pnDXI_QyAPNdI3pgMr8ObnquazU6gWOQ-gBxy_HNqurww4yNaphOVAL0URE4gQzxcb3FAFm7AHhi\
            mNtoXbbfVv7Jaa80A7WrYNKrEQBuGD8jgxLYO076KDApOg5LT17_EMqOrjJ-uqkItNN8DHZU5qCIgGVsSRvSsyjrG73mgVM0\
            3bm5itMgOeu4wNLDV0U_FZQh-JnyZHp679RzWNuw91oqzl2qBO-F9PuOwaXGy7zF1s_avRZT3rEVS27Tfin6WGXRJOTBM878\
            xJ9WeVawkK2SSG6nZ76oTwmwZ1YPbqshLFmH0n4-CBiUAYq4PMIpEaUU25pvqs0OlZfl6HBJTVBT1haZGZskqC97wFhmc4km\
            J_PA0p2fo6m_QAAAAAAAAAAAAAAAAAAAAAAAAAABxQYHCEj
            """)
}
