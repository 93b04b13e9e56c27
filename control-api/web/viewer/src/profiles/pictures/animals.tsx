/** Pictures of animals in a square of 64, for the middle of a coloured ground. */

const ink = '#1f1d28';

const eyes = (y: number, apart = 7) => (
  <g fill={ink}>
    <circle cx={32 - apart} cy={y} r="2.3" />
    <circle cx={32 + apart} cy={y} r="2.3" />
  </g>
);

const smile = (y: number) => (
  <path d={`M27.5,${y}q2.2,2.8 4.5,0q2.3,2.8 4.5,0`} fill="none" stroke={ink} strokeWidth="1.7" strokeLinecap="round" />
);

const nose = (y: number, fill = ink) => <ellipse cx="32" cy={y} rx="3.1" ry="2.2" fill={fill} />;

export const animals = {
  bear: (
    <>
      <g fill="#7d4f33">
        <circle cx="19" cy="22" r="7" />
        <circle cx="45" cy="22" r="7" />
      </g>
      <g fill="#d9a982">
        <circle cx="19" cy="22" r="3.4" />
        <circle cx="45" cy="22" r="3.4" />
      </g>
      <circle cx="32" cy="35" r="18" fill="#9c6b48" />
      <ellipse cx="32" cy="41.5" rx="9" ry="7" fill="#efd3b6" />
      {eyes(32)}
      {nose(38.5)}
      {smile(42.5)}
    </>
  ),
  cat: (
    <>
      <path d="M15,30 16.5,12 30,21zM49,30 47.5,12 34,21z" fill="#f0a94b" />
      <path d="M18,26 19,17 26,21.5zM46,26 45,17 38,21.5z" fill="#ffd9c2" />
      <circle cx="32" cy="36" r="17.5" fill="#f6bd66" />
      <g stroke="#c67f24" strokeWidth="2.4" strokeLinecap="round">
        <path d="M32,19.5v5M26.5,20.5l1,4M37.5,20.5l-1,4" />
      </g>
      {eyes(34)}
      <path d="M29.6,39h4.8l-2.4,2.8z" fill="#e0607e" />
      {smile(43)}
      <path
        d="M11,37l8,1.5M11,43l8,-.5M53,37l-8,1.5M53,43l-8,-.5"
        stroke={ink}
        strokeWidth="1.2"
        strokeLinecap="round"
      />
    </>
  ),
  dog: (
    <>
      <circle cx="32" cy="33" r="17" fill="#e3b277" />
      <path d="M17,19c-8,1-9,16-5,22 5,0 8,-8 9,-16zM47,19c8,1 9,16 5,22 -5,0-8,-8-9,-16z" fill="#8f5b33" />
      <ellipse cx="32" cy="40.5" rx="9.5" ry="8" fill="#fff4e6" />
      {eyes(31)}
      <path d="M29,47.5v2.5a3,3 0 0 0 6,0v-2.5z" fill="#ef6f86" />
      {nose(37)}
      {smile(43)}
    </>
  ),
  fox: (
    <>
      <path d="M10,13 25,23h14L54,13 51,38Q44,53 32,54 20,53 13,38z" fill="#ee7a35" />
      <path d="M14,19 22,25 16,31zM50,19 42,25 48,31z" fill="#5b2a16" />
      <path d="M13,38q11,-4 19,8 8,-12 19,-8Q44,53 32,54 20,53 13,38z" fill="#fff3e8" />
      {eyes(35, 8)}
      {nose(48)}
    </>
  ),
  koala: (
    <>
      <g fill="#8c95a7">
        <circle cx="15.5" cy="26" r="9.5" />
        <circle cx="48.5" cy="26" r="9.5" />
      </g>
      <g fill="#f2d5dc">
        <circle cx="15.5" cy="27" r="5" />
        <circle cx="48.5" cy="27" r="5" />
      </g>
      <ellipse cx="32" cy="35" rx="17" ry="16.5" fill="#a9b2c3" />
      {eyes(32, 8.5)}
      <ellipse cx="32" cy="37" rx="4.4" ry="6.4" fill="#2b2a33" />
      <path d="M28.5,46q3.5,2.6 7,0" fill="none" stroke={ink} strokeWidth="1.7" strokeLinecap="round" />
    </>
  ),
  lion: (
    <>
      <path
        d="M32,9c4,0 6,3 9,4s7,0 9,4 1,6 3,9 3,5 2,9-4,5-5,8-1,7-5,9-6,1-13,1-9,1-13,-1-4,-6-5,-9-4,-4-5,-8 0,-6 2,-9 1,-5 3,-9 6,-3 9,-4 5,-4 9,-4z"
        fill="#b4622a"
      />
      <g fill="#eab04f">
        <circle cx="19.5" cy="23" r="4.6" />
        <circle cx="44.5" cy="23" r="4.6" />
        <circle cx="32" cy="35" r="15" />
      </g>
      <ellipse cx="32" cy="41" rx="7.5" ry="5.8" fill="#fdeccb" />
      {eyes(33, 6.5)}
      {nose(38, '#7a3b1d')}
      {smile(42)}
    </>
  ),
  monkey: (
    <>
      <g fill="#7a4e2f">
        <circle cx="13.5" cy="34" r="6.5" />
        <circle cx="50.5" cy="34" r="6.5" />
        <circle cx="32" cy="33" r="18" />
      </g>
      <g fill="#f0c9a0">
        <circle cx="13.5" cy="34" r="3.2" />
        <circle cx="50.5" cy="34" r="3.2" />
        <circle cx="25.5" cy="31.5" r="7.5" />
        <circle cx="38.5" cy="31.5" r="7.5" />
        <ellipse cx="32" cy="41" rx="11.5" ry="8.5" />
      </g>
      {eyes(32, 6)}
      <path d="M30,38.5h.1M34,38.5h.1" stroke={ink} strokeWidth="2" strokeLinecap="round" />
      <path d="M26,43q6,5 12,0" fill="none" stroke={ink} strokeWidth="1.9" strokeLinecap="round" />
    </>
  ),
  owl: (
    <>
      <path d="M17,12l9,6h12l9,-6v24a15,18 0 0 1 -30,0z" fill="#7c5a45" />
      <ellipse cx="32" cy="44" rx="9.5" ry="9" fill="#e6cba9" />
      <path d="M28,42l2,2 2,-2 2,2 2,-2M28,47l2,2 2,-2 2,2 2,-2" fill="none" stroke="#a47e58" strokeWidth="1.5" />
      <g fill="#fff7ea">
        <circle cx="24.8" cy="28" r="7.4" />
        <circle cx="39.2" cy="28" r="7.4" />
      </g>
      <g fill={ink}>
        <circle cx="25.4" cy="28" r="3.6" />
        <circle cx="38.6" cy="28" r="3.6" />
      </g>
      <path d="M29.3,32.5h5.4L32,38z" fill="#f2a33a" />
    </>
  ),
  panda: (
    <>
      <g fill="#2b2a33">
        <circle cx="18" cy="20.5" r="7" />
        <circle cx="46" cy="20.5" r="7" />
      </g>
      <circle cx="32" cy="35" r="18" fill="#fbfbfd" />
      <g fill="#2b2a33">
        <ellipse cx="24.2" cy="34" rx="4.6" ry="6" transform="rotate(25 24.2 34)" />
        <ellipse cx="39.8" cy="34" rx="4.6" ry="6" transform="rotate(-25 39.8 34)" />
      </g>
      <g fill="#fff">
        <circle cx="25" cy="33" r="1.9" />
        <circle cx="39" cy="33" r="1.9" />
      </g>
      {nose(41)}
      {smile(44.5)}
    </>
  ),
  penguin: (
    <>
      <ellipse cx="32" cy="33" rx="17" ry="22" fill="#2d3550" />
      <path d="M32,21c5,-6 13,-2 12,8 0,13-4,24-12,24s-12,-11-12,-24c-1,-10 7,-14 12,-8z" fill="#fdfdff" />
      {eyes(27, 5.5)}
      <path d="M27.5,31h9L32,36.5z" fill="#f5a238" />
      <g fill="#f5a238">
        <ellipse cx="25.5" cy="54" rx="5.5" ry="2.8" />
        <ellipse cx="38.5" cy="54" rx="5.5" ry="2.8" />
      </g>
    </>
  ),
  rabbit: (
    <>
      <g fill="#fdfbff">
        <ellipse cx="24" cy="18" rx="5.6" ry="14" transform="rotate(-8 24 18)" />
        <ellipse cx="40" cy="18" rx="5.6" ry="14" transform="rotate(8 40 18)" />
        <circle cx="32" cy="40" r="16" />
      </g>
      <g fill="#f6b6c6">
        <ellipse cx="24" cy="19" rx="2.5" ry="9" transform="rotate(-8 24 19)" />
        <ellipse cx="40" cy="19" rx="2.5" ry="9" transform="rotate(8 40 19)" />
        <circle cx="22" cy="43" r="3" />
        <circle cx="42" cy="43" r="3" />
      </g>
      {eyes(37, 6.5)}
      {nose(42, '#e0607e')}
      {smile(45)}
    </>
  ),
  tiger: (
    <>
      <g fill="#f08a2c">
        <circle cx="18" cy="21" r="6.5" />
        <circle cx="46" cy="21" r="6.5" />
        <circle cx="32" cy="35" r="18" />
      </g>
      <g fill="#fff1df">
        <circle cx="18" cy="21" r="3" />
        <circle cx="46" cy="21" r="3" />
        <ellipse cx="32" cy="43" rx="10" ry="7.5" />
      </g>
      <path
        d="M32,17.5v7M26,19l1.5,5M38,19l-1.5,5M14.5,33l6,1.5M15.5,40l5.5,-.5M49.5,33l-6,1.5M48.5,40l-5.5,-.5"
        stroke={ink}
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      {eyes(33)}
      {nose(40, '#c2486a')}
      {smile(44)}
    </>
  ),
};
