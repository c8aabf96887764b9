"""What a business on the register is by law, and whether it trades."""

import enum


class BusinessKind(enum.StrEnum):
    """What a business is by law; households and co-operatives are the KPI's base."""

    HO_KINH_DOANH = "ho_kinh_doanh"
    HOP_TAC_XA = "hop_tac_xa"
    TO_HOP_TAC = "to_hop_tac"
    HO_NONG_DAN = "ho_nong_dan"
    DOANH_NGHIEP = "doanh_nghiep"
    CA_NHAN = "ca_nhan"


class BusinessStatus(enum.StrEnum):
    """Whether a business trades; only the active are in the KPI's base."""

    DANG_HOAT_DONG = "dang_hoat_dong"
    TAM_NGUNG = "tam_ngung"
    CHAM_DUT = "cham_dut"
