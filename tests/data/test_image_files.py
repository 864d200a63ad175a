import io
import os
import zipfile

import numpy as np
import pytest
from PIL import Image

from tfgen.data.image_files import decode_images, open_image_files

COLOUR = np.random.default_rng(0).integers(0, 256, (600, 6, 8, 3), np.uint8)


def png(pixels, mode=None, format="PNG"):
    image = Image.fromarray(pixels)
    with io.BytesIO() as file:
        (image if mode is None else image.convert(mode)).save(file, format=format)
        return file.getvalue()


def fill(folder, **files):
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    return folder


def decode(path, **options):
    files = open_image_files(path)
    return decode_images(files, files.names, **options)


def test_folder_and_zip_give_all_images_in_order(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        for index in reversed(range(len(COLOUR))):
            (folder / f"{index:03}.png").write_bytes(png(COLOUR[index]))
            archive.write(folder / f"{index:03}.png", f"{index:03}.png")
    np.testing.assert_array_equal(decode(folder), COLOUR)
    np.testing.assert_array_equal(decode(tmp_path / "images.zip"), COLOUR)


@pytest.mark.parametrize("format", ["PNG", "BMP", "GIF", "JPEG"])
def test_formats_decode_as_pillow_decodes_them(tmp_path, format):
    smooth = np.asarray(Image.fromarray(COLOUR[0]).resize((32, 32), Image.Resampling.BICUBIC))
    fill(tmp_path, a_png=png(smooth, format=format))
    expected = np.asarray(Image.open(tmp_path / "a.png").convert("RGB")).astype(int)
    assert np.abs(decode(tmp_path)[0] - expected).max() <= (1 if format == "JPEG" else 0)


def test_grey_images_have_one_channel(tmp_path):
    fill(tmp_path, a_png=png(COLOUR[0, ..., 0]), b_png=png(COLOUR[1, ..., 0]))
    np.testing.assert_array_equal(decode(tmp_path), COLOUR[:2, ..., :1])


def test_palette_is_looked_up_and_16_bits_become_8(tmp_path):
    fill(tmp_path, a_png=png(COLOUR[0], "P"))
    expected = np.asarray(Image.open(tmp_path / "a.png").convert("RGB"))
    np.testing.assert_array_equal(decode(tmp_path)[0], expected)
    deep = tmp_path / "deep"
    deep.mkdir()
    fill(deep, a_png=png(COLOUR[0, ..., 0].astype(np.uint16) * 257))
    np.testing.assert_array_equal(decode(deep)[0], COLOUR[0, ..., :1])


def test_hidden_files_are_passed_over(tmp_path):
    fill(tmp_path, a_png=png(COLOUR[0]), _DS_Store=b"x", Thumbs_db=b"x")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "._a.png").write_bytes(b"x")
    assert open_image_files(tmp_path).names == ("a.png",)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no images; put .jpg"),
        ({"notes_txt": b"hello"}, r"notes\.txt is no image"),
        ({"a_png": png(COLOUR[0]), "b_png": b"hello"}, r"b\.png cannot be decoded"),
        ({"a_png": png(COLOUR[0]), "b_png": b""}, r"b\.png cannot be decoded"),
        ({"a_png": png(COLOUR[0]), "b_png": png(COLOUR[1])[:-30]}, r"b\.png cannot be decoded \(Invalid PNG data, s"),
        ({"a_png": png(COLOUR[0]), "b_png": png(COLOUR[1], format="JPEG")[:-30]}, r"b\.png cannot be decoded"),
        (
            {"a_png": png(COLOUR[0]), "b_png": png(COLOUR[1, ..., 0])},
            r"b\.png is grey, but the images before it are coloured",
        ),
        (
            {"a_png": png(COLOUR[0, ..., 0]), "b_png": png(COLOUR[1])},
            r"b\.png is coloured, but the images before it are grey",
        ),
        ({"a_png": png(COLOUR[0], "RGBA")}, r"a\.png is partly transparent; save it as RGB or as grey"),
        ({"a_png": png(COLOUR[0]), "b_png": png(COLOUR[1], "RGBA")}, r"b\.png is partly transparent"),
        (
            {"a_png": png(COLOUR[0]), "b_png": png(COLOUR[1, :5])},
            r"b\.png is 5x8 \(height, width\), but the images before it are 6x8; bring all to",
        ),
    ],
)
def test_the_first_bad_file_is_named_in_one_sentence(tmp_path, files, message):
    with pytest.raises(ValueError, match=message) as caught:
        decode(fill(tmp_path, **files))
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_zip_cut_short(tmp_path):
    path = tmp_path / "faces.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", png(COLOUR[0]))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError, match=r"faces\.zip cannot be read as a zip \(.*\); it may be cut short"):
        open_image_files(path)


def test_a_damaged_file_in_a_zip(tmp_path):
    path = tmp_path / "faces.zip"
    content = png(COLOUR[0])
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", png(COLOUR[1]))
        archive.writestr("b.png", content)
    whole = path.read_bytes()
    at = whole.index(content) + 50
    path.write_bytes(whole[:at] + b"xxxx" + whole[at + 4 :])
    with pytest.raises(ValueError, match=r"faces\.zip/b\.png cannot be decoded \(Bad CRC"):
        decode(path)


def test_one_image_is_no_folder(tmp_path):
    fill(tmp_path, a_png=png(COLOUR[0]))
    with pytest.raises(ValueError, match=r"a\.png is one image; put it into a folder, and give that folder"):
        open_image_files(tmp_path / "a.png")


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist; give a folder or a zip of images"):
        open_image_files(tmp_path / "nothing")


def test_a_changed_file_is_decoded_anew(tmp_path):
    fill(tmp_path, a_png=png(COLOUR[0]))
    decode(tmp_path)
    fill(tmp_path, a_png=png(COLOUR[1]))
    os.utime(tmp_path / "a.png", ns=(1, 1))
    np.testing.assert_array_equal(decode(tmp_path)[0], COLOUR[1])
