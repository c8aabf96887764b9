"""Official documents as Word files (.docx), laid out by Nghị định 30/2020/NĐ-CP, Phụ lục I: the same content gives the
same bytes."""
