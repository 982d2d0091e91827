/** Compressed already: deflating these again costs time and saves nothing. */
const packedNames =
  /\.(zip|gz|tgz|bz2|xz|zst|7z|rar|br|lz4|jar|apk|docx|xlsx|xlsm|pptx|odt|ods|odp|epub|png|jpe?g|gif|webp|avif|heic|mp3|m4a|aac|ogg|opus|flac|mp4|m4v|mov|webm|mkv|parquet|orc|avro|woff2?|whl)$/i;

const packedTypes =
  /^(image\/(?!svg|bmp|tiff|x-ms-bmp|vnd\.adobe)|audio\/(?!x?-?wav|aiff|x-aiff)|video\/|application\/(zip|gzip|x-7z-compressed|vnd\.rar|x-bzip2?|x-xz|zstd|java-archive|epub\+zip|vnd\.openxmlformats|vnd\.oasis\.opendocument|vnd\.apache\.parquet))/i;

/** Whether a file gets smaller by DEFLATE, as far as its name and type tell. */
export function isWorthCompressing(file: { path: string; content_type: string }): boolean {
  return !packedNames.test(file.path) && !packedTypes.test(file.content_type);
}
