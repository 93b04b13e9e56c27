/** Pictures of things in a square of 64, for the middle of a coloured ground. */
export const things = {
  astronaut: (
    <>
      <path d="M14,58c0,-10 7,-14 18,-14s18,4 18,14z" fill="#e4e8f2" />
      <circle cx="32" cy="29" r="20" fill="#fbfcff" />
      <rect x="18" y="19" width="28" height="20" rx="10" fill="#222a48" />
      <path d="M23,24q3,-2.5 8,-2.5" fill="none" stroke="#8fb2ff" strokeWidth="2.4" strokeLinecap="round" />
      <circle cx="32" cy="51" r="2.4" fill="#ef5b5b" />
      <path d="M24,52h4M36,52h4" stroke="#9aa5c0" strokeWidth="2.4" strokeLinecap="round" />
    </>
  ),
  balloon: (
    <>
      <path d="M32,46q-4,5 0,9t0,6" fill="none" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" />
      <path d="M28.5,48.5 32,43.5l3.5,5z" fill="#c22f4b" />
      <ellipse cx="32" cy="26" rx="15.5" ry="18.5" fill="#ef4f6b" />
      <path d="M23,22q1.5,-7 7,-9" fill="none" stroke="#ffc2cc" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  cactus: (
    <>
      <path
        d="M28,48V20a4.5,4.5 0 0 1 9,0v13h3v-6a3.5,3.5 0 0 1 7,0v7q0,6-6,6h-4v8zM28,42h-4q-6,0-6,-6v-5a3.5,3.5 0 0 1 7,0v4h3z"
        fill="#3d9a5b"
      />
      <path d="M32.5,20v26" stroke="#2b7443" strokeWidth="1.6" strokeDasharray="2 3" strokeLinecap="round" />
      <path d="M21,46h23l-2.5,11h-18z" fill="#d9743f" />
      <path d="M20,44h25v5H20z" fill="#ee8f58" />
    </>
  ),
  cloud: (
    <>
      <path d="M20,45a10,10 0 0 1 -1,-20 14,14 0 0 1 26,-1 10.5,10.5 0 0 1 0,21z" fill="#fdfeff" />
      <g fill="#1f1d28">
        <circle cx="27" cy="34" r="2.1" />
        <circle cx="37" cy="34" r="2.1" />
      </g>
      <path d="M29,38.5q3,2.6 6,0" fill="none" stroke="#1f1d28" strokeWidth="1.7" strokeLinecap="round" />
      <path d="M23,50v4M32,50v6M41,50v4" stroke="#a9d4ff" strokeWidth="2.6" strokeLinecap="round" />
    </>
  ),
  comet: (
    <>
      <path d="M31,41 9,17 36,30zM37,37 20,9 44,29z" fill="#ffd873" />
      <path d="M33,40 11,11 41,32z" fill="#fff3c9" />
      <circle cx="41" cy="39" r="13" fill="#ffc53d" />
      <g fill="#e29a16">
        <circle cx="37" cy="36" r="2.6" />
        <circle cx="45" cy="41" r="3.2" />
        <circle cx="39" cy="45" r="1.8" />
      </g>
    </>
  ),
  crown: (
    <>
      <path d="M12,45 9,20l13,10L32,13l10,17 13,-10-3,25z" fill="#ffc93f" />
      <path d="M12,45h40v6H12z" fill="#e9a91c" />
      <g fill="#fff0bd">
        <circle cx="9" cy="19" r="3.2" />
        <circle cx="32" cy="12" r="3.4" />
        <circle cx="55" cy="19" r="3.2" />
      </g>
      <path d="M32,33l4,5-4,5-4,-5z" fill="#e0457b" />
      <g fill="#4f86f7">
        <circle cx="20" cy="40" r="2.4" />
        <circle cx="44" cy="40" r="2.4" />
      </g>
    </>
  ),
  guitar: (
    <g transform="rotate(40 32 32)">
      <rect x="30" y="3" width="4" height="32" fill="#5a3420" />
      <rect x="28" y="-1" width="8" height="8" rx="2" fill="#3a2012" />
      <path d="M32,27c7,0 9,4 8,9s5,7 5,13-6,10-13,10-13,-4-13,-10 6,-8 5,-13 1,-9 8,-9z" fill="#e08a3c" />
      <circle cx="32" cy="42" r="4.8" fill="#4a2816" />
      <rect x="26" y="51" width="12" height="2.6" rx="1.3" fill="#4a2816" />
      <path d="M31,4v48M33,4v48" stroke="#f8e7cf" strokeWidth=".7" />
    </g>
  ),
  lantern: (
    <>
      <path d="M32,5v7" stroke="#5b2a16" strokeWidth="2" strokeLinecap="round" />
      <rect x="24" y="11" width="16" height="5" rx="2" fill="#f2b53f" />
      <ellipse cx="32" cy="29" rx="19" ry="14.5" fill="#e5383f" />
      <path d="M32,14.5v29M24,16q-8,13 0,26M40,16q8,13 0,26" fill="none" stroke="#b3222c" strokeWidth="1.7" />
      <rect x="24" y="42" width="16" height="5" rx="2" fill="#f2b53f" />
      <path d="M29,47v9M32,47v12M35,47v9" stroke="#f2b53f" strokeWidth="2" strokeLinecap="round" />
    </>
  ),
  mountain: (
    <>
      <circle cx="46" cy="18" r="7" fill="#ffd45c" />
      <path d="M4,54 24,18 44,54z" fill="#5b6b8c" />
      <path d="M26,54 43,28 60,54z" fill="#43516e" />
      <path d="M24,18l7.5,13.5-4,-2.5-3.5,4-3.5,-4-4,2.5z" fill="#fff" />
      <path d="M43,28l5.5,8.5-3,-1.5-2.5,3-2.5,-3-3,1.5z" fill="#fff" />
    </>
  ),
  robot: (
    <>
      <path d="M32,18v-7" stroke="#7a869e" strokeWidth="2.6" />
      <circle cx="32" cy="9.5" r="3.6" fill="#ff6b6b" />
      <rect x="8" y="29" width="6" height="12" rx="3" fill="#7a869e" />
      <rect x="50" y="29" width="6" height="12" rx="3" fill="#7a869e" />
      <rect x="13" y="18" width="38" height="34" rx="9" fill="#dbe2ee" />
      <rect x="18" y="24" width="28" height="13" rx="6.5" fill="#253050" />
      <g fill="#5fe3ff">
        <circle cx="25.5" cy="30.5" r="3" />
        <circle cx="38.5" cy="30.5" r="3" />
      </g>
      <path d="M24,44h16M28,42v4M32,42v4M36,42v4" stroke="#7a869e" strokeWidth="1.8" strokeLinecap="round" />
    </>
  ),
  rocket: (
    <g transform="rotate(35 32 32)">
      <path d="M26,50q6,14 12,0z" fill="#ffb43a" />
      <path d="M23,34 15,47l9,-2zM41,34l8,13-9,-2z" fill="#e0457b" />
      <path d="M32,4c9,9 11,22 8,45H24C21,26 23,13 32,4z" fill="#fbfcff" />
      <path d="M32,4c4,4 6.6,8.6 8,14H24c1.400,-5.400 4,-10 8,-14z" fill="#e0457b" />
      <circle cx="32" cy="28" r="5.6" fill="#4f86f7" />
      <circle cx="32" cy="28" r="3" fill="#b9d3ff" />
    </g>
  ),
  sailboat: (
    <>
      <path d="M31,8v34H11z" fill="#fff" />
      <path d="M35,15v27h17z" fill="#ffd9b8" />
      <path d="M32,6v38" stroke="#6b4126" strokeWidth="2.6" strokeLinecap="round" />
      <path d="M9,44h46l-7,10H16z" fill="#d2503f" />
      <path
        d="M6,57q4.300,-4 8.700,0t8.700,0 8.700,0 8.700,0 8.700,0 8.700,0"
        fill="none"
        stroke="#d7ecff"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </>
  ),
};
