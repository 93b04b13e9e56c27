/**
 * What a file's name and declared media type say of it. They never make a video of a file (the probe looks at the
 * bytes): they only keep out, with a sentence, what its sender plainly meant to be something else.
 */

/** Extensions of videos. Of those that other trades use as well (`ts`, `mts`, `ps`, `mod`, `rm`) the probe decides. */
const video = new Set(
  (
    '264 265 3g2 3gp 3gpp amv asf avc avi av1 bdmv dat divx dv dvr-ms evo f4v flv gxf h261 h263 h264 h265 hevc ismv ivf ' +
    'm1v m2p m2t m2ts m2v m4v mj2 mjp2 mjpeg mjpg mk3d mkv mod mov mp4 mp4v mpe mpeg mpg mpv mts mxf nsv nut obu ogm ' +
    'ogv ogx ps qt rm rmvb roq tod tp trp ts vob vro webm wmv wtv y4m'
  ).split(' '),
);

/** Extensions of what people choose by mistake: playlists above all, which point to other files. */
const other = new Set(
  (
    'm3u m3u8 mpd pls asx wpl xspf cue txt md rtf csv tsv log nfo pdf doc docx odt xls xlsx ods ppt pptx odp pages ' +
    'numbers epub htm html xhtml xml json yaml yml css js mjs jsx tsx php py rb pl c cpp h java go rs sql sh bat cmd ' +
    'ps1 vbs exe msi dll so dmg pkg deb rpm apk iso img jar zip rar 7z tar gz tgz bz2 xz zst jpg jpeg jpe png gif bmp ' +
    'tif tiff webp heic heif avif svg psd ai eps ico raw cr2 nef dng mp3 m4a m4b aac wav flac ogg oga opus wma aif ' +
    'aiff mid midi srt vtt ass ssa sub idx sup ttml dfxp ttf otf woff woff2 torrent part crdownload url lnk eml'
  ).split(' '),
);

/** Two names of RFC 6838. */
const wellFormed = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/** Pages and playlists: no system calls a video so, whatever its name. */
const neverVideo =
  /^(text\/html|image\/svg\+xml|application\/(xhtml\+xml|dash\+xml|xspf\+xml|(vnd\.apple\.|x-)?mpegurl|smil(\+xml)?)|(audio|video)\/(x-)?mpegurl)$/;

/** What is not a video unless the name says so: systems invent `text/vnd.trolltech.linguist` for `.ts`. */
const otherTrade =
  /^((text|image|audio|font|model|message|multipart)\/.|application\/(pdf|zip|gzip|json|xml|msword|rtf|javascript|typescript|postscript|x-sh|x-tar|x-bzip2|x-7z-compressed|vnd\.rar|x-rar-compressed|x-msdownload|x-executable|vnd\.ms-(excel|powerpoint)|vnd\.openxmlformats.*|vnd\.oasis.*)$)/;

/** The extension of a name, if it is one that is known: a dot in a name (`Interview v1.2`) is none. */
function knownExtension(filename: string): string | undefined {
  const last = /\.([A-Za-z0-9-]+)$/.exec(filename)?.[1]?.toLowerCase();
  return last !== undefined && (video.has(last) || other.has(last)) ? last : undefined;
}

/** A name without the extension of a video. */
export function withoutVideoExtension(filename: string): string {
  const extension = knownExtension(filename);
  return extension !== undefined && video.has(extension) ? filename.slice(0, -extension.length - 1) : filename;
}

/** Why a file is no video by what is said of it: by its name, or by its type; undefined when the probe decides. */
export function notAVideo(
  filename: string,
  type: string,
): { readonly extension: string } | { readonly mediaType: string } | undefined {
  const extension = knownExtension(filename);
  if (extension !== undefined && other.has(extension)) return { extension };
  if (!wellFormed.test(type) || neverVideo.test(type)) return { mediaType: type };
  return extension === undefined && otherTrade.test(type) ? { mediaType: type } : undefined;
}
