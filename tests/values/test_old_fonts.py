"""Text of the time before Unicode is made readable; Vietnamese as everybody writes it is left alone."""

import pytest

from market.values.old_fonts import turned


@pytest.mark.parametrize(
    ("row", "read"),
    [
        (["Tªn c¬ së", "Lo¹i h×nh", "Th«n"], ["Tên cơ sở", "Loại hình", "Thôn"]),
        (["T¹p hãa An", "Hé kinh doanh", "NghÜa Dòng"], ["Tạp hóa An", "Hộ kinh doanh", "Nghĩa Dũng"]),
        (["T¹p hãa bµ NguyÔn ThÞ §µo", "Nghĩa Dũng"], ["Tạp hóa bà Nguyễn Thị Đào", "Nghĩa Dũng"]),
        (["Taïp hoùa baø Ñaøo", "Nguyeãn Thò Ñaøo"], ["Tạp hóa bà Đào", "Nguyễn Thị Đào"]),
        (["HOÄ KINH DOANH", "Teân cô sôû", "Ñöôøng"], ["HỘ KINH DOANH", "Tên cơ sở", "Đường"]),
        (["Hîp t¸c x·", "QuyÕt Th¾ng"], ["Hợp tác xã", "Quyết Thắng"]),
        (["TÃªn cÆ¡ sá»Ÿ"], ["Tên cơ sở"]),
        (["Hòa", "Thò", "Hé"], ["Hòa", "Thò", "Hé"]),
        (["Tạp hóa Đào", "Café", "Señor"], ["Tạp hóa Đào", "Café", "Señor"]),
        (["HKD", ""], ["HKD", ""]),
    ],
)
def test_a_row_of_an_old_font_reads_as_people_wrote_it(row: list[str], read: list[str]) -> None:
    found = turned(row)
    assert [found.get(at, cell) for at, cell in enumerate(row)] == read
